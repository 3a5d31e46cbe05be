package portal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"howett.net/plist"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

const (
	signatureWords = "Certificate Signature Verification failed because the signature is invalid."
	expiredWords   = "Certificate Signature Verification failed because the signing certificate is expired."
	invalidWords   = "The Certificate Signing Request appears to be invalid. Make sure that request file was uploaded is in the correct format and not empty."
)

// document gives the parts another document, still in base64.
func asDocument(text func(p testkit.Parts) []byte) func(testkit.Parts) []byte {
	return func(p testkit.Parts) []byte { return []byte(base64.StdEncoding.EncodeToString(text(p))) }
}

// raw uploads something that is no request at all.
func raw(content []byte) func(testkit.Parts) []byte {
	return func(testkit.Parts) []byte { return content }
}

func TestRequestIsRefusedInApplesWords(t *testing.T) {
	r, other := open(t), openForeign(t)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	testkit.Must(t, err)
	shortKey, err := rsa.GenerateKey(rand.Reader, 1024)
	testkit.Must(t, err)
	vendorKey, tree := testkit.KeyOf(t, "vendor"), r.CA
	pushAsVendor := r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201).Certificate(t)
	resign := func(p *testkit.Parts) {
		p.Signature = testkit.SignWith(t, vendorKey, crypto.SHA256, testkit.SHA256(p.CSR))
	}

	for _, row := range []struct {
		name, reason, words string
		spoil               func(p *testkit.Parts)
	}{
		{"nothing", "request-empty [C]", invalidWords, func(p *testkit.Parts) { p.Compose = raw(nil) }},
		{"white space", "request-empty [C]", invalidWords, func(p *testkit.Parts) { p.Compose = raw([]byte(" \r\n\t")) }},
		{"plist without base64", "request-not-base64 [C]", invalidWords, func(p *testkit.Parts) { p.Compose = testkit.Parts.Document }},
		{"bare CSR", "request-not-base64 [C]", invalidWords, func(p *testkit.Parts) {
			p.Compose = raw(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: p.CSR}))
		}},
		{"base64 of DER", "request-not-plist [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return p.CSR })
		}},
		{"base64 twice", "request-not-plist [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return []byte(base64.StdEncoding.EncodeToString(p.Document())) })
		}},
		{"XML cut off", "request-not-plist [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return p.Document()[:len(p.Document())-20] })
		}},
		{"OpenStep plist", "request-not-plist [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return library(t, p, plist.OpenStepFormat) })
		}},
		{"GNUStep plist", "request-not-plist [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return library(t, p, plist.GNUStepFormat) })
		}},
		{"binary plist cut off", "request-not-plist [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte {
				document := library(t, p, plist.BinaryFormat)
				return document[:len(document)-1]
			})
		}},
		{"key missing", "request-keys [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte {
				return bytes.ReplaceAll(p.Document(), []byte("PushCertSignature"), []byte("Signature"))
			})
		}},
		{"data instead of string", "request-keys [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte {
				text := strings.Replace(string(p.Document()), "CSR</key><string>", "CSR</key><data>", 1)
				return []byte(strings.Replace(text, "</string>", "</data>", 1))
			})
		}},
		{"a second list behind", "request-not-plist [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return bytes.Repeat(p.Document(), 2) })
		}},
		{"text behind", "request-not-plist [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte { return append(p.Document(), "done"...) })
		}},
		{"text between keys", "request-not-plist [I]", invalidWords, func(p *testkit.Parts) {
			p.Compose = asDocument(func(p testkit.Parts) []byte {
				return bytes.Replace(p.Document(), []byte("<dict>"), []byte("<dict>x"), 1)
			})
		}},
		{"byte order mark", "request-not-base64 [C]", invalidWords, func(p *testkit.Parts) {
			p.Compose = raw(append([]byte("\ufeff"), p.File()...))
		}},
		{"hard blank in the base64", "request-not-base64 [C]", invalidWords, func(p *testkit.Parts) {
			p.Compose = raw(append([]byte("\u00a0"), p.File()...))
		}},
		{"CSR of other bytes", "csr-malformed [I]", invalidWords, func(p *testkit.Parts) { p.CSR = []byte("no CSR") }},
		{"CSR changed after signing", "csr-signature [I]", invalidWords, func(p *testkit.Parts) {
			p.CSR = bytes.Replace(p.CSR, []byte("customer"), []byte("stranger"), 1)
			resign(p)
		}},
		{"EC key", "csr-key-not-rsa [U]", invalidWords, func(p *testkit.Parts) { p.CSR = testkit.NewCSR(t, ecKey, pkix.Name{CommonName: "x"}); resign(p) }},
		{"RSA key of 1024 bits", "csr-key-short [U]", invalidWords, func(p *testkit.Parts) { p.CSR = testkit.NewCSR(t, shortKey, pkix.Name{CommonName: "x"}); resign(p) }},
		{"SHA-1", "signature-sha1 [C]", signatureWords, func(p *testkit.Parts) {
			sum := sha1.Sum(p.CSR)
			p.Signature = testkit.SignWith(t, vendorKey, crypto.SHA1, sum[:])
		}},
		{"signed PEM", "signature-over-pem [C]", signatureWords, func(p *testkit.Parts) {
			text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: p.CSR})
			p.Signature = testkit.SignWith(t, vendorKey, crypto.SHA256, testkit.SHA256(text))
		}},
		{"another vendor's key", "signature-invalid [C]", signatureWords, func(p *testkit.Parts) {
			p.Signature = testkit.SignWith(t, testkit.KeyOf(t, "customer"), crypto.SHA256, testkit.SHA256(p.CSR))
		}},
		{"signature of another CSR", "signature-invalid [C]", signatureWords, func(p *testkit.Parts) {
			p.CSR = testkit.NewCSR(t, testkit.KeyOf(t, "customer"), pkix.Name{CommonName: "another"})
		}},
		{"no signature", "signature-invalid [C]", signatureWords, func(p *testkit.Parts) { p.Signature = nil }},
		{"chain empty", "chain-incomplete [I]", signatureWords, func(p *testkit.Parts) { p.Chain = nil }},
		{"vendor alone", "chain-incomplete [I]", signatureWords, func(p *testkit.Parts) { p.Chain = p.Chain[:1] }},
		{"chain without WWDR", "chain-incomplete [I]", signatureWords, func(p *testkit.Parts) { p.Chain = slices.Delete(p.Chain, 1, 2) }},
		{"chain without vendor", "chain-incomplete [I]", signatureWords, func(p *testkit.Parts) { p.Chain = p.Chain[1:] }},
		{"wrong intermediate", "chain-broken [C]", signatureWords, func(p *testkit.Parts) { p.Chain[1] = testkit.PEM(tree.Integration.Cert) }},
		{"certificate broken", "chain-malformed [I]", signatureWords, func(p *testkit.Parts) { p.Chain[1] = strings.Replace(p.Chain[1], "MII", "!!!", 1) }},
		{"PEM of no certificate", "chain-malformed [I]", signatureWords, func(p *testkit.Parts) {
			p.Chain[1] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("none")}))
		}},
		{"lines of 76 characters", "chain-line-length [A]", signatureWords, func(p *testkit.Parts) { p.Chain[0] = columns(t, p.Chain[0], 76) }},
		{"lines of 60 characters", "chain-line-length [A]", signatureWords, func(p *testkit.Parts) { p.Chain[0] = columns(t, p.Chain[0], 60) }},
		{"certificates glued", "chain-malformed [I]", signatureWords, func(p *testkit.Parts) { p.Chain[0] = strings.TrimSpace(p.Chain[0]) }},
		{"certificate without end", "chain-malformed [I]", signatureWords, func(p *testkit.Parts) { p.Chain[2] = p.Chain[2][:len(p.Chain[2])-40] }},
		{"old label of certificates", "chain-malformed [I]", signatureWords, func(p *testkit.Parts) {
			p.Chain[1] = strings.ReplaceAll(p.Chain[1], " CERTIFICATE", " X509 CERTIFICATE")
		}},
		{"an ended certificate beside the path", "chain-expired [I]", expiredWords, func(p *testkit.Parts) {
			p.Chain = append(p.Chain, testkit.PEM(r.VendorCertificate(t, "?not_after="+testkit.Today().Add(-time.Second).Format(time.RFC3339))))
		}},
		{"the vendor's own key", "vendor-key-in-csr [I]", signatureWords, func(p *testkit.Parts) {
			p.CSR = testkit.NewCSR(t, vendorKey, pkix.Name{CommonName: "x"})
			resign(p)
		}},
		{"another simulator's vendor", "chain-foreign-root [I]", signatureWords, func(p *testkit.Parts) {
			p.Chain = []string{testkit.PEM(other.VendorCertificate(t, "")), testkit.PEM(other.CA.Relations.Cert), testkit.PEM(other.CA.Root.Cert)}
		}},
		{"another simulator's vendor under this root", "chain-broken [C]", signatureWords, func(p *testkit.Parts) {
			p.Chain[0], p.Chain[1] = testkit.PEM(other.VendorCertificate(t, "")), testkit.PEM(other.CA.Relations.Cert)
		}},
		{"another simulator's intermediate without a root", "chain-broken [C]", signatureWords, func(p *testkit.Parts) {
			p.Chain = []string{testkit.PEM(other.VendorCertificate(t, "")), testkit.PEM(other.CA.Relations.Cert)}
		}},
		{"own chain under another's root", "chain-foreign-root [I]", signatureWords, func(p *testkit.Parts) {
			p.Chain[2] = testkit.PEM(other.CA.Root.Cert)
		}},
		{"push certificate as vendor", "vendor-role [I]", signatureWords, func(p *testkit.Parts) {
			p.Chain[0], p.Chain[1] = testkit.PEM(pushAsVendor), testkit.PEM(tree.Integration.Cert)
			p.Signature = testkit.SignWith(t, testkit.KeyOf(t, "customer"), crypto.SHA256, testkit.SHA256(p.CSR))
		}},
		{"vendor expired", "vendor-expired [C]", expiredWords, func(p *testkit.Parts) {
			p.Chain[0] = testkit.PEM(r.VendorCertificate(t, "?not_after="+testkit.Today().Add(-time.Second).Format(time.RFC3339)))
		}},
		{"vendor of tomorrow", "vendor-not-yet-valid [I]", expiredWords, func(p *testkit.Parts) {
			p.Chain[0] = testkit.PEM(r.VendorCertificate(t, "?not_before="+testkit.Today().Add(time.Minute).Format(time.RFC3339)))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := r.GoodParts(t)
			row.spoil(&p)
			got := r.Call(t, "POST", "/certificates", p.File()).Want(t, 422)
			if reason := got.Header.Get("Simulator-Reason"); reason != row.reason {
				t.Errorf("reason %q instead of %q", reason, row.reason)
			}
			body := testkit.DecodeJSON[struct {
				ErrorCode        int
				ErrorMessage     string
				ErrorDescription string
			}](t, got)
			code, message := -80018, "Certificate Signature Verification failed"
			if row.words == invalidWords {
				code, message = -1, "Invalid Certificate Signing Request"
			}
			if body.ErrorCode != code || body.ErrorMessage != message || body.ErrorDescription != row.words {
				t.Errorf("answer %+v", body)
			}
		})
	}
	if n := len(r.ledger.of("default")); n != 1 {
		t.Errorf("refused requests left %d certificates", n-1)
	}
}

// columns writes a PEM certificate with another width.
func columns(t *testing.T, text string, width int) string {
	t.Helper()
	block, _ := pem.Decode([]byte(text))
	var out strings.Builder
	out.WriteString("-----BEGIN CERTIFICATE-----\n")
	for piece := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(block.Bytes)), width) {
		fmt.Fprintf(&out, "%s\n", piece)
	}
	out.WriteString("-----END CERTIFICATE-----\n")
	return out.String()
}

func TestVendorCSRIsRefused(t *testing.T) {
	r := open(t)
	good := testkit.NewCSR(t, testkit.KeyOf(t, "vendor"), appleTestName())
	for name, row := range map[string]struct {
		upload []byte
		reason string
	}{
		"empty":     {nil, "request-empty [C]"},
		"garbage":   {[]byte("no CSR"), "csr-malformed [I]"},
		"changed":   {bytes.Replace(good, []byte("Example"), []byte("Exempel"), 1), "csr-signature [I]"},
		"a request": {r.GoodRequest(t), "csr-malformed [I]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := r.Call(t, "POST", "/vendor-certificates", row.upload).Want(t, 422).Header.Get("Simulator-Reason"); got != row.reason {
				t.Errorf("reason %q", got)
			}
		})
	}
}

func TestChainDatesAreChecked(t *testing.T) {
	r := open(t)
	p := r.GoodParts(t)
	late := r.CA.Relations.Cert.NotAfter.Add(time.Second)
	p.Chain[0] = testkit.PEM(r.VendorCertificate(t, "?not_after="+late.AddDate(0, 1, 0).Format(time.RFC3339)))
	r.Clock.Set(late)
	got := r.Call(t, "POST", "/certificates", p.File()).Want(t, 422)
	if reason := got.Header.Get("Simulator-Reason"); reason != "chain-expired [I]" {
		t.Errorf("reason %q", reason)
	}
}

// FuzzReadRequest is best run with -fuzzminimizetime=10x: a request has 6 kB, and making each
// interesting one smaller eats the time otherwise.
func FuzzReadRequest(f *testing.F) {
	r := open(f)
	good, tree := r.GoodParts(f), r.CA
	r.server.Close() // what runs beside the target would pass for its coverage
	seeds := [][]byte{
		good.File(), good.Document(), nil, []byte("PD94bWw="), []byte("YnBsaXN0MDA="),
		spaced(good.Document()), library(f, good, plist.BinaryFormat), []byte(`<plist><dict><key>PushCertRequestCSR</key><array/></dict></plist>`),
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, upload := range [][]byte{content, []byte(base64.StdEncoding.EncodeToString(content))} {
			request, err := readRequest(upload)
			if err == nil {
				_, err = check(tree, request, testkit.Today())
			} else if request != nil {
				t.Fatal("a request together with an error")
			}
			if err == nil {
				continue
			}
			if _, ok := errors.AsType[*refusal](err); !ok {
				t.Fatalf("%T is not Apple's answer: %v", err, err)
			}
		}
	})
}
