package simulator

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
)

const (
	signatureWords = "Certificate Signature Verification failed because the signature is invalid."
	expiredWords   = "Certificate Signature Verification failed because the signing certificate is expired."
	invalidWords   = "The Certificate Signing Request appears to be invalid. Make sure that request file was uploaded is in the correct format and not empty."
)

// document gives the parts another document, still in base64.
func asDocument(text func(p parts) []byte) func(parts) []byte {
	return func(p parts) []byte { return []byte(base64.StdEncoding.EncodeToString(text(p))) }
}

// raw uploads something that is no request at all.
func raw(content []byte) func(parts) []byte { return func(parts) []byte { return content } }

func TestRequestIsRefusedInApplesWords(t *testing.T) {
	r, other := start(t, Options{}), start(t, Options{})
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	shortKey, err := rsa.GenerateKey(rand.Reader, 1024)
	must(t, err)
	vendorKey, tree := keyOf(t, "vendor"), r.portal.tree
	pushAsVendor := r.call(t, "POST", "/certificates", r.goodRequest(t)).want(t, 201).certificate(t)
	resign := func(p *parts) { p.signature = signWith(t, vendorKey, crypto.SHA256, sha256sum(p.csr)) }

	for _, row := range []struct {
		name, reason, words string
		spoil               func(p *parts)
	}{
		{"nothing", "request-empty [C]", invalidWords, func(p *parts) { p.compose = raw(nil) }},
		{"white space", "request-empty [C]", invalidWords, func(p *parts) { p.compose = raw([]byte(" \r\n\t")) }},
		{"plist without base64", "request-not-base64 [C]", invalidWords, func(p *parts) { p.compose = parts.document }},
		{"bare CSR", "request-not-base64 [C]", invalidWords, func(p *parts) {
			p.compose = raw(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: p.csr}))
		}},
		{"base64 of DER", "request-not-plist [I]", invalidWords, func(p *parts) {
			p.compose = asDocument(func(p parts) []byte { return p.csr })
		}},
		{"base64 twice", "request-not-plist [I]", invalidWords, func(p *parts) {
			p.compose = asDocument(func(p parts) []byte { return []byte(base64.StdEncoding.EncodeToString(p.document())) })
		}},
		{"XML cut off", "request-not-plist [I]", invalidWords, func(p *parts) {
			p.compose = asDocument(func(p parts) []byte { return p.document()[:len(p.document())-20] })
		}},
		{"OpenStep plist", "request-not-plist [I]", invalidWords, func(p *parts) {
			p.compose = asDocument(func(p parts) []byte { return p.library(t, plist.OpenStepFormat) })
		}},
		{"GNUStep plist", "request-not-plist [I]", invalidWords, func(p *parts) {
			p.compose = asDocument(func(p parts) []byte { return p.library(t, plist.GNUStepFormat) })
		}},
		{"binary plist cut off", "request-not-plist [I]", invalidWords, func(p *parts) {
			p.compose = asDocument(func(p parts) []byte {
				document := p.library(t, plist.BinaryFormat)
				return document[:len(document)-1]
			})
		}},
		{"key missing", "request-keys [I]", invalidWords, func(p *parts) {
			p.compose = asDocument(func(p parts) []byte {
				return bytes.ReplaceAll(p.document(), []byte("PushCertSignature"), []byte("Signature"))
			})
		}},
		{"data instead of string", "request-keys [I]", invalidWords, func(p *parts) {
			p.compose = asDocument(func(p parts) []byte {
				text := strings.Replace(string(p.document()), "CSR</key><string>", "CSR</key><data>", 1)
				return []byte(strings.Replace(text, "</string>", "</data>", 1))
			})
		}},
		{"CSR of other bytes", "csr-malformed [I]", invalidWords, func(p *parts) { p.csr = []byte("no CSR") }},
		{"CSR changed after signing", "csr-signature [I]", invalidWords, func(p *parts) {
			p.csr = bytes.Replace(p.csr, []byte("customer"), []byte("stranger"), 1)
			resign(p)
		}},
		{"EC key", "csr-key-not-rsa [U]", invalidWords, func(p *parts) { p.csr = newCSR(t, ecKey, pkix.Name{CommonName: "x"}); resign(p) }},
		{"RSA key of 1024 bits", "csr-key-short [U]", invalidWords, func(p *parts) { p.csr = newCSR(t, shortKey, pkix.Name{CommonName: "x"}); resign(p) }},
		{"SHA-1", "signature-sha1 [C]", signatureWords, func(p *parts) {
			sum := sha1.Sum(p.csr)
			p.signature = signWith(t, vendorKey, crypto.SHA1, sum[:])
		}},
		{"signed PEM", "signature-over-pem [C]", signatureWords, func(p *parts) {
			text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: p.csr})
			p.signature = signWith(t, vendorKey, crypto.SHA256, sha256sum(text))
		}},
		{"another vendor's key", "signature-invalid [C]", signatureWords, func(p *parts) {
			p.signature = signWith(t, keyOf(t, "customer"), crypto.SHA256, sha256sum(p.csr))
		}},
		{"signature of another CSR", "signature-invalid [C]", signatureWords, func(p *parts) {
			p.csr = newCSR(t, keyOf(t, "customer"), pkix.Name{CommonName: "another"})
		}},
		{"no signature", "signature-invalid [C]", signatureWords, func(p *parts) { p.signature = nil }},
		{"chain empty", "chain-incomplete [I]", signatureWords, func(p *parts) { p.chain = nil }},
		{"vendor alone", "chain-incomplete [I]", signatureWords, func(p *parts) { p.chain = p.chain[:1] }},
		{"chain without WWDR", "chain-incomplete [I]", signatureWords, func(p *parts) { p.chain = slices.Delete(p.chain, 1, 2) }},
		{"chain without vendor", "chain-incomplete [I]", signatureWords, func(p *parts) { p.chain = p.chain[1:] }},
		{"wrong intermediate", "chain-broken [C]", signatureWords, func(p *parts) { p.chain[1] = pemOf(tree.integration.cert) }},
		{"certificate broken", "chain-malformed [I]", signatureWords, func(p *parts) { p.chain[1] = strings.Replace(p.chain[1], "MII", "!!!", 1) }},
		{"PEM of no certificate", "chain-malformed [I]", signatureWords, func(p *parts) {
			p.chain[1] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("none")}))
		}},
		{"lines of 76 characters", "chain-line-length [A]", signatureWords, func(p *parts) { p.chain[0] = columns(t, p.chain[0], 76) }},
		{"lines of 60 characters", "chain-line-length [A]", signatureWords, func(p *parts) { p.chain[0] = columns(t, p.chain[0], 60) }},
		{"another simulator's vendor", "chain-foreign-root [I]", signatureWords, func(p *parts) {
			p.chain = []string{pemOf(other.vendorCertificate(t, "")), pemOf(other.portal.tree.relations.cert), pemOf(other.portal.tree.root.cert)}
		}},
		{"another simulator's vendor under this root", "chain-broken [C]", signatureWords, func(p *parts) {
			p.chain[0], p.chain[1] = pemOf(other.vendorCertificate(t, "")), pemOf(other.portal.tree.relations.cert)
		}},
		{"another simulator's intermediate without a root", "chain-broken [C]", signatureWords, func(p *parts) {
			p.chain = []string{pemOf(other.vendorCertificate(t, "")), pemOf(other.portal.tree.relations.cert)}
		}},
		{"own chain under another's root", "chain-foreign-root [I]", signatureWords, func(p *parts) {
			p.chain[2] = pemOf(other.portal.tree.root.cert)
		}},
		{"push certificate as vendor", "vendor-role [I]", signatureWords, func(p *parts) {
			p.chain[0], p.chain[1] = pemOf(pushAsVendor), pemOf(tree.integration.cert)
			p.signature = signWith(t, keyOf(t, "customer"), crypto.SHA256, sha256sum(p.csr))
		}},
		{"vendor expired", "vendor-expired [C]", expiredWords, func(p *parts) {
			p.chain[0] = pemOf(r.vendorCertificate(t, "?not_after="+today().Add(-time.Second).Format(time.RFC3339)))
		}},
		{"vendor of tomorrow", "vendor-not-yet-valid [I]", expiredWords, func(p *parts) {
			p.chain[0] = pemOf(r.vendorCertificate(t, "?not_before="+today().Add(time.Minute).Format(time.RFC3339)))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := r.goodParts(t)
			row.spoil(&p)
			got := r.call(t, "POST", "/certificates", p.file()).want(t, 422)
			if reason := got.header.Get("Simulator-Reason"); reason != row.reason {
				t.Errorf("reason %q instead of %q", reason, row.reason)
			}
			body := decodeJSON[struct {
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
	if n := len(r.portal.ledger.of("default")); n != 1 {
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
	r := start(t, Options{})
	good := newCSR(t, keyOf(t, "vendor"), appleTestName())
	for name, row := range map[string]struct {
		upload []byte
		reason string
	}{
		"empty":     {nil, "request-empty [C]"},
		"garbage":   {[]byte("no CSR"), "csr-malformed [I]"},
		"changed":   {bytes.Replace(good, []byte("Example"), []byte("Exempel"), 1), "csr-signature [I]"},
		"a request": {r.goodRequest(t), "csr-malformed [I]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := r.call(t, "POST", "/vendor-certificates", row.upload).want(t, 422).header.Get("Simulator-Reason"); got != row.reason {
				t.Errorf("reason %q", got)
			}
		})
	}
}

func TestChainDatesAreJudged(t *testing.T) {
	r := start(t, Options{})
	p := r.goodParts(t)
	late := r.portal.tree.relations.cert.NotAfter.Add(time.Second)
	p.chain[0] = pemOf(r.vendorCertificate(t, "?not_after="+late.AddDate(0, 1, 0).Format(time.RFC3339)))
	r.clock.set(late)
	got := r.call(t, "POST", "/certificates", p.file()).want(t, 422)
	if reason := got.header.Get("Simulator-Reason"); reason != "chain-expired [I]" {
		t.Errorf("reason %q", reason)
	}
}

// FuzzReadRequest is best run with -fuzzminimizetime=10x: a request has 6 kB, and making each
// interesting one smaller eats the time otherwise.
func FuzzReadRequest(f *testing.F) {
	r := start(f, Options{})
	good, tree := r.goodParts(f), r.portal.tree
	must(f, r.Close()) // what runs beside the target would pass for its coverage
	seeds := [][]byte{
		good.file(), good.document(), nil, []byte("PD94bWw="), []byte("YnBsaXN0MDA="),
		spaced(good.document()), good.library(f, plist.BinaryFormat), []byte(`<plist><dict><key>PushCertRequestCSR</key><array/></dict></plist>`),
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
				_, err = tree.judge(request, today())
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
