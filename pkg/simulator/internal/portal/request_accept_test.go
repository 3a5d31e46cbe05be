package portal

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"howett.net/plist"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

func TestRequestThatToolsWriteIsAccepted(t *testing.T) {
	r, other := open(t), openForeign(t)
	push := r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201).Certificate(t)
	wrap := func(p testkit.Parts, end string) []byte {
		return []byte(strings.Join(slices.Collect(func(yield func(string) bool) {
			for piece := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(p.Document())), 76) {
				if !yield(string(piece)) {
					return
				}
			}
		}), end) + end)
	}
	for name, change := range map[string]func(p *testkit.Parts){
		"one line":          func(*testkit.Parts) {},
		"wrapped with CRLF": func(p *testkit.Parts) { p.Compose = func(p testkit.Parts) []byte { return wrap(p, "\r\n") } },
		"wrapped with LF":   func(p *testkit.Parts) { p.Compose = func(p testkit.Parts) []byte { return wrap(p, "\n") } },
		"space in the string": func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return spaced(p.Document()) })
		},
		"no XML declaration": func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return p.Document()[bytes.Index(p.Document(), []byte("<plist")):] })
		},
		"binary plist": func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return library(t, p, plist.BinaryFormat) })
		},
		"binary plist of UTF-16 strings": func(p *testkit.Parts) {
			p.Chain[2] += "\u2028" // white space that ASCII has not
			p.Compose = asDocument(func(p testkit.Parts) []byte { return library(t, p, plist.BinaryFormat) })
		},
		"no plist element": func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte {
				return []byte(strings.NewReplacer(`<plist version="1.0">`, "", "</plist>", "").Replace(string(p.Document())))
			})
		},
		"values of other kinds": func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte {
				return bytes.Replace(p.Document(), []byte("<dict>"), []byte("<dict><key>A</key><array><dict><key>B</key><data>QQ==</data></dict><true/></array>"), 1)
			})
		},
		"text around certificates":  func(p *testkit.Parts) { p.Chain[1] = "subject=CN = WWDR\n" + p.Chain[1] },
		"no root":                   func(p *testkit.Parts) { p.Chain = p.Chain[:2] },
		"reversed":                  func(p *testkit.Parts) { slices.Reverse(p.Chain) },
		"root in the middle":        func(p *testkit.Parts) { p.Chain[1], p.Chain[2] = p.Chain[2], p.Chain[1] },
		"vendor and WWDR exchanged": func(p *testkit.Parts) { p.Chain[0], p.Chain[1] = p.Chain[1], p.Chain[0] },
		"reversed without root":     func(p *testkit.Parts) { p.Chain = []string{p.Chain[1], p.Chain[0]} },
		"an intermediate too many":  func(p *testkit.Parts) { p.Chain = slices.Insert(p.Chain, 1, testkit.PEM(r.CA.Integration.Cert)) },
		"a root too many":           func(p *testkit.Parts) { p.Chain = append(p.Chain, testkit.PEM(other.CA.Root.Cert)) },
		"another leaf first":        func(p *testkit.Parts) { p.Chain = slices.Insert(p.Chain, 0, testkit.PEM(push)) },
		"newline before the chain":  func(p *testkit.Parts) { p.Chain[0] = "\n" + p.Chain[0] },
		"CRLF in the chain":         func(p *testkit.Parts) { p.Chain[1] = strings.ReplaceAll(p.Chain[1], "\n", "\r\n") },
		"chain without last return": func(p *testkit.Parts) { p.Chain[2] = strings.TrimSpace(p.Chain[2]) },
		"a fourth certificate":      func(p *testkit.Parts) { p.Chain = append(p.Chain, p.Chain[2]) },
		"CSR signed with SHA-1": func(p *testkit.Parts) {
			p.CSR = testkit.NewCSR(t, testkit.KeyOf(t, "customer"), pkix.Name{CommonName: "x"}, x509.SHA1WithRSA)
			p.Signature = testkit.SignWith(t, testkit.KeyOf(t, "vendor"), crypto.SHA256, testkit.SHA256(p.CSR))
		},
		"vendor in its last second": func(p *testkit.Parts) {
			p.Chain[0] = testkit.PEM(r.VendorCertificate(t, "?not_after="+testkit.Today().Add(time.Second).Format(time.RFC3339)))
		},
		"vendor from its first second": func(p *testkit.Parts) {
			p.Chain[0] = testkit.PEM(r.VendorCertificate(t, "?not_before="+testkit.Today().Format(time.RFC3339)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := r.GoodParts(t)
			change(&p)
			r.Call(t, "POST", "/certificates", p.File()).Want(t, 201)
		})
	}
}

// spaced puts white space around the content of every string, as mdmcert.download does.
func spaced(document []byte) []byte {
	text := strings.ReplaceAll(string(document), "<string>", "<string>\n  ")
	return []byte(strings.ReplaceAll(text, "</string>", "\n  </string>"))
}

// library writes the property list with a library that the reader of binary lists does
// not use.
func library(t testing.TB, p testkit.Parts, format int) []byte {
	t.Helper()
	document, err := plist.Marshal(map[string]string{
		"PushCertRequestCSR":       base64.StdEncoding.EncodeToString(p.CSR),
		"PushCertCertificateChain": strings.Join(p.Chain, ""),
		"PushCertSignature":        base64.StdEncoding.EncodeToString(p.Signature),
	}, format)
	testkit.Must(t, err)
	return document
}
