package pushcert

import (
	"bytes"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// What OpenSSL encrypted opens with the right key, whatever the mail did to its digits, and gives
// what went in, byte for byte; everything else is told as what it is.
func TestOpenAnswer(t *testing.T) {
	read := func(file string) *File { return readWhole(t, file) }
	recipient, key := read("mdmcert/encryption-certificate.pem").Leaf(), read("key/vendor.pem").Keys[0].Signer
	request := readCorpus(t, "request/mdmcert.plist.b64")
	for file, want := range map[string]string{
		"openssl-3des.plist.b64.p7": "", "openssl-aes128.plist.b64.p7": "", "openssl-aes256-stream.plist.b64.p7": "", "openssl-oaep.p7": "",
		"openssl-spaced.p7": "", "openssl-quoted.txt": "",
		"openssl-aes192.plist.b64.p7": "file-unsupported.answer", "openssl-changed.p7": "file-damaged.answer",
	} {
		f := read("mdmcert/" + file)
		if f.Role != RoleMDMCertAnswer || !f.IsAnswerTo(recipient) {
			t.Errorf("%s is not recognised", file)
			continue
		}
		data, err := f.OpenAnswer(recipient, key)
		if want == "" && (err != nil || !bytes.Equal(data, request)) || want != "" && (err == nil || problem.Of(err).Key() != want) {
			t.Errorf("%s: %d bytes, %v; want %q", file, len(data), err, want)
		}
	}
	answer := read("mdmcert/openssl-3des.plist.b64.p7")
	if _, err := answer.OpenAnswer(recipient, read("key/renewal.pem").Keys[0].Signer); err == nil || problem.Of(err).Key() != "file-damaged.answer" {
		t.Errorf("with another key: %v", err)
	}
	if other := read("mdmcert/openssl-other-recipient.p7"); other.IsAnswerTo(recipient) {
		t.Error("somebody else's answer is taken for ours")
	}
}

// readWhole reads a file of the corpus that is whole.
func readWhole(t testing.TB, file string) *File {
	t.Helper()
	f, err := Read(file, readCorpus(t, file), nil)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return f
}
