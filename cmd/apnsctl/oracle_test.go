package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readPlist is how Python's plistlib sees a request: the three strings, as JSON.
const readPlist = `
import base64, json, plistlib, sys
text = plistlib.loads(base64.b64decode(open(sys.argv[1], "rb").read(), validate=True), fmt=plistlib.FMT_XML)
print(json.dumps(text))
`

// TestOthersAgreeWithRequests asks two programs that share no code with this one what
// they think of each kind of request that it writes.
func TestOthersAgreeWithRequests(t *testing.T) {
	t.Parallel()
	openssl, python := installed(t, "openssl"), installed(t, "python3")
	if openssl == "" || python == "" {
		return
	}
	w := newWorld(t)
	w.copy("vendor", "requests")
	w.write("requests/customer.csr", sampleFile(t, "csr/rsa.der"))
	for _, args := range [][]string{
		{"csr", "-p", "acme", "--out", "signed"},
		{"csr", "-p", "日本", "--email", "kanri@example.jp", "--country", "us", "--out", "with-memo"},
		{"vendor", "sign", w.path("requests/customer.csr"), "--out", "for-customer"},
	} {
		name := args[len(args)-1]
		t.Run(name, func(t *testing.T) {
			file := w.path("requests/" + name)
			args[len(args)-1] = file
			w.run("requests", args...)
			o := oracle{t: t, openssl: openssl, dir: t.TempDir(), root: w.path("vendor/root.pem")}
			o.check(o.plist(python, file))
		})
	}
}

// installed finds a program. Where it is missing, that is said; under CI it is a failure,
// so that nobody takes a test that did not run for one that passed.
func installed(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Logf("NOT CHECKED with %s: it is not installed", name)
		if inCI() {
			t.Errorf("%s is not installed, and CI installs it", name)
		}
		return ""
	}
	return path
}

// oracle asks OpenSSL about the parts of one request.
type oracle struct {
	t         *testing.T
	openssl   string
	dir, root string
}

// plist takes a request apart with Python.
func (o oracle) plist(python, file string) map[string]string {
	o.t.Helper()
	out, err := exec.CommandContext(o.t.Context(), python, "-c", readPlist, file).CombinedOutput()
	if err != nil {
		o.t.Fatalf("plistlib: %v\n%s", err, out)
	}
	var fields map[string]string
	if err := json.Unmarshal(out, &fields); err != nil {
		o.t.Fatalf("not three strings: %v\n%s", err, out)
	}
	if len(fields) != 3 {
		o.t.Errorf("%d keys, want 3", len(fields))
	}
	return fields
}

// check follows Apple's list of conditions (apns-reference.md section 1).
func (o oracle) check(fields map[string]string) {
	o.t.Helper()
	csr := o.base64(fields["PushCertRequestCSR"])
	signature := o.base64(fields["PushCertSignature"])
	chain := fields["PushCertCertificateChain"]

	o.run("the CSR's own signature", "req", "-inform", "DER", "-in", o.write("csr.der", csr), "-verify", "-noout")

	blocks := o.chain(chain)
	for i, name := range []string{"vendor.pem", "intermediate.pem", "root.pem"} {
		o.write(name, blocks[i])
	}
	public := o.run("the vendor's public key", "x509", "-in", o.path("vendor.pem"), "-noout", "-pubkey")
	o.run("the vendor's signature over the CSR", "dgst", "-sha256", "-verify", o.write("vendor.pub", public),
		"-signature", o.write("signature", signature), o.path("csr.der"))
	o.run("the chain", "verify", "-attime", "1772409600", "-ignore_critical", "-CAfile", o.path("root.pem"),
		"-untrusted", o.path("intermediate.pem"), o.path("vendor.pem"))
	trusted, err := os.ReadFile(o.root)
	if err != nil || !bytes.HasPrefix(trusted, bytes.TrimSpace(blocks[2])) {
		o.t.Errorf("the chain does not end at the trusted root (%v)", err)
	}
}

// chain requires vendor, intermediate and root in this order, in PEM of 64 columns with
// bare line feeds, and returns them.
func (o oracle) chain(text string) [][]byte {
	o.t.Helper()
	if strings.Contains(text, "\r") {
		o.t.Error("the chain has carriage returns")
	}
	form := regexp.MustCompile(`^(-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/=]{1,64}\n-----END CERTIFICATE-----\n){3}$`)
	if !form.MatchString(text) {
		o.t.Fatalf("the chain is not three certificates in PEM of 64 columns:\n%s", text)
	}
	var blocks [][]byte
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		blocks = append(blocks, pem.EncodeToMemory(block))
	}
	return blocks
}

func (o oracle) base64(text string) []byte {
	o.t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		o.t.Fatal(err)
	}
	return data
}

func (o oracle) path(name string) string { return filepath.Join(o.dir, name) }

func (o oracle) write(name string, data []byte) string {
	o.t.Helper()
	if err := os.WriteFile(o.path(name), data, 0o600); err != nil {
		o.t.Fatal(err)
	}
	return o.path(name)
}

func (o oracle) run(what string, args ...string) []byte {
	o.t.Helper()
	out, err := exec.CommandContext(o.t.Context(), o.openssl, args...).CombinedOutput()
	if err != nil {
		o.t.Errorf("OpenSSL on %s: %v\n%s", what, err, out)
	}
	return out
}
