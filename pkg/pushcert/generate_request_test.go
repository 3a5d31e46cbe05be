package pushcert

import (
	"crypto"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"

	"howett.net/plist"
)

// requestWorld is what the requests of the corpus are put together from. Theirs is the
// key of the open request that the config files in state/ know.
type requestWorld struct {
	*world
	csr *CSR
}

func newRequestWorld(t testing.TB, w *world) requestWorld {
	t.Helper()
	return requestWorld{w, parseCSR(t, corpusCSR(t, testKeys()["renewal"]))}
}

// good is the request as Apple wants it.
func (w requestWorld) good(t testing.TB) *Request {
	t.Helper()
	return w.of(t, w.csr)
}

// of is the good request around another CSR.
func (w requestWorld) of(t testing.TB, csr *CSR) *Request {
	t.Helper()
	return &Request{
		CSR: csr, Chain: certificates(w.vendor, w.wwdr, w.root),
		Signature: sign(t, "vendor", crypto.SHA256, csr.X509.Raw),
	}
}

// signed is the good request with another signature.
func (w requestWorld) signed(t testing.TB, signature []byte) []byte {
	t.Helper()
	r := w.good(t)
	r.Signature = signature
	return encoded(t, r)
}

// requestFiles has the requests whose CSR or signature is at fault; and whose key is not,
// or is no longer, that of an open request.
func requestFiles(t testing.TB, base *world) corpusFiles {
	t.Helper()
	w := newRequestWorld(t, base)
	ofKey := func(key crypto.Signer) []byte { return encoded(t, w.of(t, parseCSR(t, corpusCSR(t, key)))) }
	der := w.csr.X509.Raw
	broken := sign(t, "vendor", crypto.SHA256, der)
	broken[10] ^= 1
	own := vendorSpec()
	own.key = "renewal"
	ownVendor := w.good(t)
	ownVendor.Chain[0] = issue(t, w.wwdr, own).Certificate
	ownVendor.Signature = sign(t, "renewal", crypto.SHA256, der)
	return corpusFiles{
		"request/used.b64":                     ofKey(testKeys()["customer"]),
		"request/not-ours.b64":                 ofKey(testKeys()["intermediate"]),
		"request/rsa-1024.b64":                 ofKey(testKeys()["weak"]),
		"request/rsa-3072.b64":                 ofKey(testKeys()["large"]),
		"request/ec.b64":                       ofKey(corpusECKey(t)),
		"request/csr-sha1.b64":                 encoded(t, w.of(t, parseCSR(t, sha1CSR(t)))),
		"request/csr-signature.b64":            encoded(t, w.of(t, parseCSR(t, forged(der)))),
		"request/signature-sha1.b64":           w.signed(t, sign(t, "vendor", crypto.SHA1, der)),
		"request/signature-sha512.b64":         w.signed(t, sign(t, "vendor", crypto.SHA512, der)),
		"request/signature-over-pem.b64":       w.signed(t, sign(t, "vendor", crypto.SHA256, w.csr.PEM())),
		"request/signature-of-another-csr.b64": w.signed(t, sign(t, "vendor", crypto.SHA256, corpusCSR(t, testKeys()["customer"]))),
		"request/signature-by-customer.b64":    w.signed(t, sign(t, "renewal", crypto.SHA256, der)),
		"request/signature-broken.b64":         w.signed(t, broken),
		"request/signature-cut-off.b64":        w.signed(t, broken[:200]),
		"request/vendor-is-customer.b64":       encoded(t, ownVendor),
	}
}

// requestFormFiles has one request in every form that people upload it in.
func requestFormFiles(t testing.TB, base *world) corpusFiles {
	t.Helper()
	request := encoded(t, newRequestWorld(t, base).good(t))
	text := list(t, request)
	var values map[string]string
	if _, err := plist.Unmarshal([]byte(text), &values); err != nil {
		t.Fatal(err)
	}
	edited := func(pairs ...string) []byte {
		changed := strings.NewReplacer(pairs...).Replace(text)
		if changed == text {
			t.Fatalf("%q is not in the list", pairs[0])
		}
		return wrap(changed)
	}
	csr, signature := values[keyCSR], values[keySignature]
	pemCSR := string(armour("CERTIFICATE REQUEST", fromBase64Text(t, csr)))
	return corpusFiles{
		"request/one-line.b64":            request,
		"request/mdmcert.plist.b64":       mimeLines(request),
		"request/white-space.b64":         edited("<string>", "<string>\n\t", "</string>", "\n\t</string>"),
		"request/unencoded.plist":         []byte(text),
		"request/unencoded-bom.plist":     []byte(markUTF8 + text),
		"request/twice.b64":               wrap(string(request)),
		"request/twice-in-lines.b64":      mimeLines(wrap(string(mimeLines(request)))),
		"request/binary.plist":            []byte(binaryList(t, text)),
		"request/binary.b64":              wrap(binaryList(t, text)),
		"request/binary-twice.b64":        wrap(string(wrap(binaryList(t, text)))),
		"request/bom.b64":                 []byte(markUTF8 + string(request)),
		"request/utf16le.b64":             []byte(markUTF16LE + utf16Bytes(string(request), binary.LittleEndian)),
		"request/cut-off.b64":             request[:1200],
		"request/header-missing.b64":      wrap(text[strings.Index(text, "<plist"):]),
		"request/data-for-string.b64":     edited("<string>"+csr+"</string>", "<data>"+csr+"</data>"),
		"request/csr-as-pem.b64":          edited(csr, pemCSR),
		"request/csr-damaged.b64":         edited(csr, csr[:len(csr)-40]),
		"request/signature-no-base64.b64": edited(signature, "*"+signature[1:]),
		"request/signature-missing.b64":   edited("<key>"+keySignature+"</key><string>"+signature+"</string>", ""),
		"request/chain-missing.b64":       edited(values[keyChain], ""),
		"request/chain-cut-off.b64":       edited(values[keyChain], values[keyChain][:len(values[keyChain])-300]),
		"request/chain-crlf.b64":          edited(values[keyChain], strings.ReplaceAll(values[keyChain], "\n", "\r\n")),
		"request/chain-long-lines.b64":    edited(values[keyChain], longLines(values[keyChain])),
		"request/chain-cr.b64":            edited(values[keyChain], strings.ReplaceAll(values[keyChain], "\n", "&#13;\n")),
		"request/chain-glued.b64":         edited(values[keyChain], strings.ReplaceAll(values[keyChain], "-----\n-----", "----------")),
		"request/chain-with-text.b64":     edited(values[keyChain], "subject=the vendor\n"+values[keyChain]),
		"request/key-extra.b64":           edited("<dict>", "<dict><key>Name</key><string>x</string>"),
		"request/quoted.b64":              []byte("> " + strings.ReplaceAll(string(mimeLines(request)), "\n", "\n> ")),
		"request/url-alphabet.b64":        []byte(base64.URLEncoding.EncodeToString([]byte(text + "<!-- ????>>>> -->"))),
		"request/unpadded.b64":            []byte(base64.RawStdEncoding.EncodeToString([]byte(text + strings.Repeat(" ", (4-len(text)%3)%3)))),
		"request/chain-with-csr.b64":      edited(values[keyChain], values[keyChain]+pemCSR),
	}
}

// longLines writes PEM with the whole base64 of each block in one line.
func longLines(text string) string {
	dense := strings.ReplaceAll(text, "\n", "")
	dense = strings.ReplaceAll(dense, "-----END", "\n-----END")
	return strings.NewReplacer("CERTIFICATE----------BEGIN", "CERTIFICATE-----\n-----BEGIN", "BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE-----\n").Replace(dense) + "\n"
}

func fromBase64Text(t testing.TB, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// mimeLines wraps base64 as mail does: 76 columns, CRLF.
func mimeLines(text []byte) []byte {
	var out []byte
	for len(text) > 0 {
		n := min(76, len(text))
		out = append(append(out, text[:n]...), "\r\n"...)
		text = text[n:]
	}
	return out
}
