package simulator

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
)

func TestRequestThatToolsWriteIsAccepted(t *testing.T) {
	r, other := start(t, Options{}), start(t, Options{})
	push := r.call(t, "POST", "/certificates", r.goodRequest(t)).want(t, 201).certificate(t)
	wrap := func(p parts, end string) []byte {
		return []byte(strings.Join(slices.Collect(func(yield func(string) bool) {
			for piece := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(p.document())), 76) {
				if !yield(string(piece)) {
					return
				}
			}
		}), end) + end)
	}
	for name, change := range map[string]func(p *parts){
		"one line":            func(*parts) {},
		"wrapped with CRLF":   func(p *parts) { p.compose = func(p parts) []byte { return wrap(p, "\r\n") } },
		"wrapped with LF":     func(p *parts) { p.compose = func(p parts) []byte { return wrap(p, "\n") } },
		"space in the string": func(p *parts) { p.compose = asDocument(func(p parts) []byte { return spaced(p.document()) }) },
		"no XML declaration": func(p *parts) {
			p.compose = asDocument(func(p parts) []byte { return p.document()[bytes.Index(p.document(), []byte("<plist")):] })
		},
		"binary plist": func(p *parts) {
			p.compose = asDocument(func(p parts) []byte { return p.library(t, plist.BinaryFormat) })
		},
		"binary plist of UTF-16 strings": func(p *parts) {
			p.chain[2] += "\u2028" // white space that ASCII has not
			p.compose = asDocument(func(p parts) []byte { return p.library(t, plist.BinaryFormat) })
		},
		"no root":                   func(p *parts) { p.chain = p.chain[:2] },
		"reversed":                  func(p *parts) { slices.Reverse(p.chain) },
		"root in the middle":        func(p *parts) { p.chain[1], p.chain[2] = p.chain[2], p.chain[1] },
		"vendor and WWDR exchanged": func(p *parts) { p.chain[0], p.chain[1] = p.chain[1], p.chain[0] },
		"reversed without root":     func(p *parts) { p.chain = []string{p.chain[1], p.chain[0]} },
		"an intermediate too many":  func(p *parts) { p.chain = slices.Insert(p.chain, 1, pemOf(r.portal.tree.integration.cert)) },
		"a root too many":           func(p *parts) { p.chain = append(p.chain, pemOf(other.portal.tree.root.cert)) },
		"another leaf first":        func(p *parts) { p.chain = slices.Insert(p.chain, 0, pemOf(push)) },
		"newline before the chain":  func(p *parts) { p.chain[0] = "\n" + p.chain[0] },
		"CRLF in the chain":         func(p *parts) { p.chain[1] = strings.ReplaceAll(p.chain[1], "\n", "\r\n") },
		"chain without last return": func(p *parts) { p.chain[2] = strings.TrimSpace(p.chain[2]) },
		"a fourth certificate":      func(p *parts) { p.chain = append(p.chain, p.chain[2]) },
		"CSR signed with SHA-1": func(p *parts) {
			p.csr = newCSR(t, keyOf(t, "customer"), pkix.Name{CommonName: "x"}, x509.SHA1WithRSA)
			p.signature = signWith(t, keyOf(t, "vendor"), crypto.SHA256, sha256sum(p.csr))
		},
		"vendor in its last second": func(p *parts) {
			p.chain[0] = pemOf(r.vendorCertificate(t, "?not_after="+today().Add(time.Second).Format(time.RFC3339)))
		},
		"vendor from its first second": func(p *parts) {
			p.chain[0] = pemOf(r.vendorCertificate(t, "?not_before="+today().Format(time.RFC3339)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := r.goodParts(t)
			change(&p)
			r.call(t, "POST", "/certificates", p.file()).want(t, 201)
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
func (p parts) library(t testing.TB, format int) []byte {
	t.Helper()
	document, err := plist.Marshal(map[string]string{
		"PushCertRequestCSR":       base64.StdEncoding.EncodeToString(p.csr),
		"PushCertCertificateChain": strings.Join(p.chain, ""),
		"PushCertSignature":        base64.StdEncoding.EncodeToString(p.signature),
	}, format)
	must(t, err)
	return document
}
