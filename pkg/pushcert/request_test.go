package pushcert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"howett.net/plist"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func build(tb testing.TB, w *world) []byte {
	tb.Helper()
	data, err := BuildRequest(testCSR(tb, "customer").X509.Raw, w.vendor.Certificate, testKeys()["vendor"],
		[]*Certificate{w.wwdr.Certificate, w.root.Certificate})
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// List is the property list inside a request.
func list(tb testing.TB, data []byte) string {
	tb.Helper()
	text, err := base64.StdEncoding.DecodeString(string(data))
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// binaryList is the same list in the binary form.
func binaryList(tb testing.TB, text string) string {
	tb.Helper()
	var dict map[string]any
	if _, err := plist.Unmarshal([]byte(text), &dict); err != nil {
		tb.Fatal(err)
	}
	data, err := plist.Marshal(dict, plist.BinaryFormat)
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

func wrap(text string) []byte { return []byte(base64.StdEncoding.EncodeToString([]byte(text))) }

func encoded(tb testing.TB, r *Request) []byte {
	tb.Helper()
	data, err := r.encode()
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// The file of the corpus was written byte by byte, before a library wrote the list.
func TestRequestKeepsItsBytes(t *testing.T) {
	data := readCorpus(t, "request/one-line.b64")
	r, _ := ParseRequest(data)
	if r == nil || !bytes.Equal(encoded(t, r), data) {
		t.Error("the same request has other bytes than it had")
	}
}

func TestBuiltRequestIsWhatApplesPortalTakes(t *testing.T) {
	w := newWorld(t)
	data := build(t, w)
	if bytes.ContainsAny(data, "\r\n ") {
		t.Error("the outer base64 has white space")
	}
	r, form := ParseRequest(data)
	if len(form) > 0 || r == nil {
		t.Fatalf("form: %v", form)
	}
	if found := CheckRequest(r, testNow, w.trust); len(found) > 0 {
		t.Errorf("content: %v", found)
	}
	text := list(t, data)
	head := "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
		"<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n" +
		"<plist version=\"1.0\"><dict><key>PushCertCertificateChain</key><string>-----BEGIN CERTIFICATE-----\n"
	if !strings.HasPrefix(text, head) || !strings.HasSuffix(text, "</string></dict></plist>\n") {
		t.Errorf("head or tail differs:\n%s", text)
	}
	if strings.Count(text, "<string>") != 3 || strings.Contains(text, "&") {
		t.Error("not three plain strings")
	}
	if len(r.Chain) != 3 || r.Chain[0].PublicKey() != w.vendor.PublicKey() || !bytes.Equal(r.Chain[2].X509.Raw, w.root.X509.Raw) {
		t.Error("chain is not vendor, intermediate, root")
	}
}

func TestSameInputGivesTheSameRequest(t *testing.T) {
	w := newWorld(t)
	csr := testCSR(t, "customer").X509.Raw
	build := func() []byte {
		data, err := BuildRequest(csr, w.vendor.Certificate, testKeys()["vendor"], []*Certificate{w.wwdr.Certificate, w.root.Certificate})
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if !bytes.Equal(build(), build()) {
		t.Error("bytes differ")
	}
}

func TestTrustGivesTheChainOfARequest(t *testing.T) {
	w := newWorld(t)
	chain, _ := w.trust.Chain(w.vendor.Certificate, testNow)
	data, err := BuildRequest(testCSR(t, "customer").X509.Raw, w.vendor.Certificate, testKeys()["vendor"], chain.Certificates[1:])
	if err != nil {
		t.Fatal(err)
	}
	r, _ := ParseRequest(data)
	if found := CheckRequest(r, testNow, w.trust); len(found) > 0 {
		t.Errorf("got %v", found)
	}
}

func TestBuildRequestRefuses(t *testing.T) {
	w := newWorld(t)
	csr := testCSR(t, "customer").X509.Raw
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		build func() ([]byte, error)
		want  string
	}{
		"another key": {func() ([]byte, error) { return BuildRequest(csr, w.vendor.Certificate, testKeys()["customer"], nil) }, "key-mismatch.vendor"},
		"a curve":     {func() ([]byte, error) { return BuildRequest(csr, w.vendor.Certificate, curve, nil) }, "key-weak.vendor"},
		"no CSR":      {func() ([]byte, error) { return BuildRequest(nil, w.vendor.Certificate, testKeys()["vendor"], nil) }, "file-damaged.part.csr"},
		"a PEM CSR": {func() ([]byte, error) {
			return BuildRequest(testCSR(t, "customer").PEM(), w.vendor.Certificate, testKeys()["vendor"], nil)
		}, "file-damaged.part.csr"},
	} {
		data, err := row.build()
		if err == nil || data != nil || problem.Of(err).Key() != row.want {
			t.Errorf("%s: got %v, want %s", name, err, row.want)
		}
	}
}

func TestParseRequestNamesTheMistakeOfForm(t *testing.T) {
	w := newWorld(t)
	data := build(t, w)
	text := list(t, data)
	csr := base64.StdEncoding.EncodeToString(testCSR(t, "customer").X509.Raw)
	edit := func(old, replacement string) []byte {
		changed := strings.Replace(text, old, replacement, 1)
		if changed == text {
			t.Fatalf("%q is not in the list", old)
		}
		return wrap(changed)
	}
	value := func(key, replacement string) []byte {
		_, after, _ := strings.Cut(text, "<key>"+key+"</key>")
		old, _, _ := strings.Cut(after, "</string>")
		return edit(old+"</string>", replacement)
	}
	mime := func(ending string) []byte {
		var b []byte
		for line := range slices.Chunk(data, 76) {
			b = append(append(b, line...), ending...)
		}
		return b
	}
	for name, row := range map[string]struct {
		data     []byte
		want     []string
		readable bool
	}{
		"as we write it":            {data, nil, true},
		"base64 in lines with CRLF": {mime("\r\n"), nil, true},
		"base64 in lines with LF":   {mime("\n"), nil, true},
		"final newline":             {append(slices.Clone(data), '\n'), nil, true},
		"white space in strings":    {edit("<string>-----BEGIN", "<string>\n\n-----BEGIN"), nil, true},
		"byte order mark":           {append([]byte("\xef\xbb\xbf"), data...), []string{"request-encoding.mark"}, true},
		"empty":                     {nil, []string{"request-encoding.empty"}, false},
		"only white space":          {[]byte(" \r\n"), []string{"request-encoding.empty"}, false},
		"not encoded":               {[]byte(text), []string{"request-encoding.unencoded"}, true},
		"encoded twice":             {wrap(string(data)), []string{"request-encoding.double"}, true},
		"encoded twice with lines":  {wrap(string(mime("\n"))), []string{"request-encoding.double"}, true},
		"the CSR alone, PEM":        {testCSR(t, "customer").PEM(), []string{"wrong-role.request"}, false},
		"the CSR alone, DER":        {testCSR(t, "customer").X509.Raw, []string{"wrong-role.request"}, false},
		"the CSR alone, base64":     {[]byte(csr), []string{"wrong-role.request"}, false},
		"the vendor certificate":    {w.vendor.PEM(), []string{"wrong-role.request"}, false},
		"no base64":                 {[]byte("hello, world"), []string{"request-encoding.base64"}, false},
		"base64 of something else":  {wrap("hello"), []string{"request-encoding.content"}, false},
		"base64 cut short":          {data[:len(data)-5], []string{"request-encoding.base64"}, false},
		"list cut short":            {wrap(text[:len(text)/2]), []string{"request-encoding.plist"}, false},
		"list of another kind":      {wrap(text[:strings.Index(text, "<dict>")] + "<array/></plist>"), []string{"request-encoding.plist"}, false},
		"no DOCTYPE":                {wrap(text[:39] + text[strings.Index(text, "<plist"):]), []string{"request-encoding.header"}, true},
		"DOCTYPE without XML":       {wrap(text[39:]), []string{"request-encoding.header"}, true},
		"chain cut short":           {edit("<string>-----BEGIN", "<string>-----BEGIN CERTIFICATE-----\nAAAA\n-----BEGIN"), []string{"request-chain.damaged"}, true},
		"binary list":               {wrap(binaryList(t, text)), []string{"request-encoding.binary"}, true},
		"no header at all":          {wrap(text[strings.Index(text, "<plist"):]), []string{"request-encoding.header"}, true},
		"key missing":               {edit("<key>PushCertSignature</key>", "<key>Other</key>"), []string{"request-encoding.key-extra", "request-encoding.key-missing"}, true},
		"value empty":               {value(keySignature, "<string> </string>"), []string{"request-encoding.key-missing"}, true},
		"CSR as data":               {value(keyCSR, "<data>"+csr+"</data>"), []string{"request-encoding.data"}, true},
		"CSR as PEM":                {value(keyCSR, "<string>"+string(testCSR(t, "customer").PEM())+"</string>"), []string{"request-encoding.csr-pem"}, true},
		"CSR as base64 of PEM":      {value(keyCSR, "<string>"+string(wrap(string(testCSR(t, "customer").PEM())))+"</string>"), []string{"request-encoding.csr-pem"}, true},
		"CSR is none":               {value(keyCSR, "<string>aGVsbG8=</string>"), []string{"request-encoding.csr"}, true},
		"signature is no base64":    {value(keySignature, "<string>***</string>"), []string{"request-signature.encoding"}, true},
		"chain is no PEM":           {value(keyChain, "<string>aGVsbG8=</string>"), []string{"request-chain.damaged"}, true},
		"chain holds the CSR":       {edit("<string>-----BEGIN", "<string>"+string(testCSR(t, "customer").PEM())+"-----BEGIN"), []string{"request-chain.foreign"}, true},
		"chain in long lines":       {value(keyChain, "<string>-----BEGIN CERTIFICATE-----\n"+base64.StdEncoding.EncodeToString(w.vendor.X509.Raw)+"\n-----END CERTIFICATE-----\n</string>"), []string{"request-chain.columns"}, true},
	} {
		r, found := ParseRequest(row.data)
		if got := keysOf(found); !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
		if (r != nil) != row.readable {
			t.Errorf("%s: readable is %v", name, r != nil)
		}
		if r == nil && len(found) == 0 {
			t.Errorf("%s: unreadable, and no finding says why", name)
		}
	}
}

// The test itself needs no other program; where these are installed, they must agree.
func TestOtherProgramsAgreeOnOurRequest(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	r, _ := ParseRequest(build(t, w))
	vendor := filepath.Join(dir, "vendor.pem")
	for name, data := range map[string][]byte{
		"request": build(t, w), "csr.der": r.CSR.X509.Raw, "signature": r.Signature,
		"vendor.pem": w.vendor.PEM(), "wwdr.pem": w.wwdr.PEM(), "root.pem": w.root.PEM(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(program string, arguments ...string) string {
		path, found := depth.Program(t, program)
		if !found {
			return ""
		}
		cmd := exec.CommandContext(t.Context(), path, arguments...)
		cmd.Dir = dir
		output, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s %v: %v\n%s", program, arguments, err, output)
		}
		return string(output)
	}
	run("openssl", "req", "-inform", "DER", "-in", "csr.der", "-verify", "-noout")
	run("openssl", "verify", "-purpose", "any", "-CAfile", "root.pem", "-untrusted", "wwdr.pem", "-no_check_time", vendor)
	if public := run("openssl", "x509", "-in", vendor, "-pubkey", "-noout"); public != "" {
		if err := os.WriteFile(filepath.Join(dir, "vendor.pub"), []byte(public), 0o600); err != nil {
			t.Fatal(err)
		}
		run("openssl", "dgst", "-sha256", "-verify", "vendor.pub", "-signature", "signature", "csr.der")
	}
	run("python3", "-c", `
import base64, plistlib
d = plistlib.loads(base64.b64decode(open("request", "rb").read(), validate=True))
assert sorted(d) == ["PushCertCertificateChain", "PushCertRequestCSR", "PushCertSignature"], d
assert base64.b64decode(d["PushCertRequestCSR"], validate=True) == open("csr.der", "rb").read()
assert base64.b64decode(d["PushCertSignature"], validate=True) == open("signature", "rb").read()
assert d["PushCertCertificateChain"] == "".join(open(n).read() for n in ("vendor.pem", "wwdr.pem", "root.pem"))
`)
}

// A DER file may end in an octet that is white space in text; cutting it off makes
// the file unreadable.
func TestDERThatEndsInWhiteSpaceKeepsItsEnd(t *testing.T) {
	t.Parallel()
	var der []byte
	for n := 0; !bytes.HasSuffix(der, []byte("\n")); n++ { // about one signature in 256 does
		var err error
		if der, err = NewCSR(testKeys()["customer"], Subject{CommonName: strconv.Itoa(n)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, findings := ParseRequest(der); !problem.Has(findings, problem.WrongRole) {
		t.Errorf("a CSR that ends in white space: %v", findings)
	}
}
