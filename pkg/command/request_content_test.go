package command_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"strings"
	"testing"
	"time"
)

// chainCases are what can be wrong with the vendor's chain.
func chainCases(t *testing.T, w *portalWorld) map[string]requestCase {
	t.Helper()
	const chain, incomplete = "request-chain", "chain-incomplete"
	p := w.good(t)
	with := func(text string) string {
		changed := p
		changed.chain = text
		return changed.file(t)
	}
	of := func(certificates ...*x509.Certificate) string { return with(armoured(certificates...)) }
	vendor, relations, root := w.vendor, w.relations, w.authority
	day := func(query string, days int) *x509.Certificate {
		return w.newVendor(t, "?"+query+"="+w.now.AddDate(0, 0, days).Format(time.RFC3339))
	}
	mark := pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 4, 12}, Value: asn1.NullBytes}
	other := newForeignAuthority(t, w, "Foreign Root")
	asApple := newForeignAuthority(t, w, root.Subject.CommonName)
	altered := append([]byte{}, root.Raw...)
	altered[len(altered)-1] ^= 1
	stranger := *w
	stranger.vendorKey = newRSA(t, 2048)
	another := stranger.newVendor(t, "")
	key, err := x509.MarshalPKCS8PrivateKey(w.vendorKey)
	if err != nil {
		t.Fatal(err)
	}
	bag := "Bag Attributes\n    friendlyName: vendor\nsubject=CN = vendor\n"
	return map[string]requestCase{
		"reversed":                           doubt(chain, of(root, relations, vendor)),
		"root before the intermediate":       doubt(chain, of(vendor, root, relations)),
		"intermediate first":                 doubt(chain, of(relations, vendor, root)),
		"root absent":                        doubt(incomplete, of(vendor, relations)),
		"root and order":                     doubt(chain, of(relations, vendor)),
		"vendor twice":                       doubt(chain, of(vendor, vendor, relations, root)),
		"intermediate twice":                 doubt(chain, of(vendor, relations, relations, root)),
		"root twice":                         doubt(chain, of(vendor, relations, root, root)),
		"the whole chain twice":              doubt(chain, of(vendor, relations, root, vendor, relations, root)),
		"another intermediate too":           doubt(chain, of(vendor, relations, root, w.integration)),
		"another intermediate between":       doubt(chain, of(vendor, w.integration, relations, root)),
		"a foreign root too":                 doubt(chain, of(vendor, relations, root, other)),
		"another vendor's certificate too":   doubt(chain, of(vendor, relations, root, another)),
		"vendor alone":                       bad(incomplete, of(vendor)),
		"intermediate absent":                bad(incomplete, of(vendor, root)),
		"vendor absent":                      bad("wrong-role", of(relations, root)),
		"wrong intermediate":                 bad("", of(vendor, w.integration, root)),
		"a foreign root instead":             bad("", of(vendor, relations, other)),
		"a root with another signature":      bad(chain, of(vendor, relations, parsed(t, altered))),
		"a root of the same name":            bad("", of(vendor, relations, asApple)),
		"root alone":                         bad("wrong-role", of(root)),
		"another vendor's certificate first": bad("request-signature", of(another, vendor, relations, root)),
		"another vendor's certificate":       bad("request-signature", of(another, relations, root)),
		"vendor expired":                     bad("vendor-expired", of(day("not_after", -1), relations, root)),
		"vendor not valid yet":               bad("not-yet-valid", of(day("not_before", 1), relations, root)),
		"an expired one too":                 bad("", of(vendor, relations, root, day("not_after", -1))),
		"vendor by its name only":            bad("wrong-role", of(w.forgedVendor(t, pkix.Name{CommonName: "MDM Vendor: Example"}), relations, root)),
		"no vendor at all":                   bad("wrong-role", of(w.forgedVendor(t, pkix.Name{CommonName: "Example"}), relations, root)),
		"vendor by its mark only":            taken(of(w.forgedVendor(t, pkix.Name{CommonName: "Example"}, mark), relations, root)),
		"CRLF in the chain":                  taken(with(inColumns(64, "\r\n", vendor, relations, root))),
		"CR as references in the chain":      doubt(chain, with(inColumns(64, "&#13;\n", vendor, relations, root))),
		"blank lines in the chain":           taken(with("\n" + strings.ReplaceAll(w.chain, "-----BEGIN", "\n\n-----BEGIN") + "\n")),
		"indented chain":                     taken(with("\n\t" + strings.ReplaceAll(w.chain, "\n", "\n\t"))),
		"chain in lines of 76":               bad(chain, with(inColumns(76, "\n", vendor, relations, root))),
		"chain in lines of 60":               bad(chain, with(inColumns(60, "\n", vendor, relations, root))),
		"chain in one line each":             bad(chain, with(inColumns(1<<20, "\n", vendor, relations, root))),
		"one short line in the chain":        bad(chain, with(strings.Replace(w.chain, "\nMII", "\nMI\nI", 1))),
		"chain without line ends":            bad(chain, with(strings.ReplaceAll(w.chain, "\n", ""))),
		"line ends spelled out":              bad(chain, with(strings.ReplaceAll(w.chain, "\n", `\n`))),
		"chain with blanks for line ends":    bad(chain, with(strings.ReplaceAll(w.chain, "\n", " "))),
		"certificates glued":                 bad(chain, with(strings.ReplaceAll(w.chain, "-----\n-----", "----------"))),
		"text around the certificates":       doubt(chain, with(bag+armoured(vendor)+bag+armoured(relations, root)+"end\n")),
		"text as openssl prints it":          doubt(chain, with("Certificate:\n    Data:\n        Version: 3 (0x2)\n"+w.chain)),
		"text on the first line":             bad(chain, with("vendor: "+w.chain)),
		"chain quoted":                       bad(chain, with("&gt; "+strings.ReplaceAll(w.chain, "\n", "\n&gt; "))),
		"chain with hard blanks":             bad(chain, with(strings.ReplaceAll(w.chain, "\n", "\u00a0\n"))),
		"chain with typographic dashes":      bad(chain, with(strings.ReplaceAll(w.chain, "-----", "—————"))),
		"old name of certificates":           bad(chain, with(strings.ReplaceAll(w.chain, " CERTIFICATE-", " X509 CERTIFICATE-"))),
		"chain in base64":                    bad(chain, with(p64(w.chain))),
		"chain in DER":                       bad(chain, with(p64(string(vendor.Raw)))),
		"chain cut short":                    bad(chain, with(w.chain[:len(w.chain)-300])),
		"a certificate damaged":              bad(chain, with(strings.Replace(w.chain, "MII", "AAA", 1))),
		"no base64 in the chain":             bad(chain, with(strings.Replace(w.chain, "MII", "M*I", 1))),
		"the CSR in the chain":               bad(chain, with(w.chain+string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: p.csr})))),
		"a private key in the chain":         bad(chain, with(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))+w.chain)),
		"headers in the chain":               bad(chain, with(strings.ReplaceAll(w.chain, "BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----\nComment: x\n\n"))),
	}
}

// newForeignAuthority is a root of its own.
func newForeignAuthority(t *testing.T, w *portalWorld, name string) *x509.Certificate {
	t.Helper()
	template := *w.authority
	template.RawSubject = nil
	template.Subject.CommonName = name
	template.SignatureAlgorithm = x509.SHA256WithRSA
	template.PublicKey = nil
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, w.key.Public(), w.key)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, der)
}

// signatureCases are what can be wrong with the CSR and the vendor's signature.
func signatureCases(t *testing.T, w *portalWorld) map[string]requestCase {
	t.Helper()
	const signature = "request-signature"
	p := w.good(t)
	signed := func(bytes []byte) string {
		changed := p
		changed.signature = bytes
		return changed.file(t)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: p.csr})
	changed := p
	changed.csr = []byte(strings.Replace(string(p.csr), "Example", "Exempel", 1))
	changed.signature = w.sign(t, w.vendorKey, crypto.SHA256, changed.csr)
	digest := sha256.Sum256(p.csr)
	pss, err := rsa.SignPSS(rand.Reader, w.vendorKey, crypto.SHA256, digest[:], nil)
	if err != nil {
		t.Fatal(err)
	}
	own := w.of(t, w.vendorKey, 0)
	flipped := append([]byte{}, p.signature...)
	flipped[20] ^= 1
	return map[string]requestCase{
		"SHA-1":                          bad("request-sha1", signed(w.sign(t, w.vendorKey, crypto.SHA1, p.csr))),
		"over PEM":                       bad(signature, signed(w.sign(t, w.vendorKey, crypto.SHA256, text))),
		"over base64":                    bad(signature, signed(w.sign(t, w.vendorKey, crypto.SHA256, []byte(p64(string(p.csr)))))),
		"SHA-1 over PEM":                 bad(signature, signed(w.sign(t, w.vendorKey, crypto.SHA1, text))),
		"over another CSR":               bad(signature, signed(w.sign(t, w.vendorKey, crypto.SHA256, w.of(t, newRSA(t, 2048), 0).csr))),
		"by the customer":                bad(signature, signed(w.sign(t, w.key, crypto.SHA256, p.csr))),
		"by a stranger":                  bad(signature, signed(w.sign(t, newRSA(t, 2048), crypto.SHA256, p.csr))),
		"PSS":                            bad(signature, signed(pss)),
		"signature cut short":            bad(signature, signed(p.signature[:200])),
		"signature with a bit changed":   bad(signature, signed(flipped)),
		"signature with a byte too many": bad(signature, signed(append(append([]byte{}, p.signature...), 0))),
		"CSR not signed by its key":      bad(signature, changed.file(t)),
		"CSR for the vendor's own key":   bad(signature, own.file(t)),
		"1024 bits":                      bad("key-weak", w.of(t, newRSA(t, 1024), 0).file(t)),
		"2047 bits":                      bad("key-weak", w.of(t, newRSA(t, 2047), 0).file(t)),
		"EC":                             bad("key-weak", w.of(t, newEC(t), 0).file(t)),
		"3072 bits":                      doubt("key-weak", w.of(t, newRSA(t, 3072), 0).file(t)),
		"CSR signed with SHA-1":          doubt("request-sha1", w.of(t, w.key, x509.SHA1WithRSA).file(t)),
		"CSR signed with SHA-512":        taken(w.of(t, w.key, x509.SHA512WithRSA).file(t)),
		"CSR signed with PSS":            taken(w.of(t, w.key, x509.SHA256WithRSAPSS).file(t)),
	}
}

// otherFiles are what is uploaded in place of a request.
func otherFiles(t *testing.T, w *portalWorld) map[string]requestCase {
	t.Helper()
	p := w.good(t)
	csr := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: p.csr}))
	return map[string]requestCase{
		"empty":                      bad("", ""),
		"a newline":                  bad("", "\r\n"),
		"a web page":                 bad("", "<!DOCTYPE html><html><body>Sign in</body></html>"),
		"a web page in base64":       bad("", p64("<!DOCTYPE html><html><body>Sign in</body></html>")),
		"a word":                     bad("", "request"),
		"the CSR in PEM":             bad("", csr),
		"the CSR in DER":             bad("", string(p.csr)),
		"the CSR in base64":          bad("", p64(string(p.csr))),
		"the CSR in PEM in base64":   bad("", p64(csr)),
		"the vendor's certificate":   bad("", armoured(w.vendor)),
		"a property list of no kind": bad("", p64(requestHead+"<dict><key>A</key><string>B</string></dict></plist>")),
		"an array":                   bad("", p64(requestHead+"<array/></plist>")),
		"XML of another kind":        bad("", p64(`<?xml version="1.0"?><request/>`)),
		"the beginning of a list":    bad("", p64(`<?xml version="1.0"?><plist`)),
	}
}
