package pushcert

import (
	"bytes"
	"encoding/pem"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/anchore/quill/quill/pki/apple"
)

// quillBundle is Apple's authorities as anchore/quill publishes them: roots first, in
// the form of our own file.
func quillBundle(t *testing.T) []byte {
	t.Helper()
	store := apple.GetEmbeddedCertStore()
	var bundle bytes.Buffer
	for _, text := range slices.Concat(store.RootPEMs(), store.IntermediatePEMs()) {
		certificates, err := ParseChain(string(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range certificates {
			bundle.WriteString("# " + c.Subject() + "\n# until " + c.X509.NotAfter.UTC().Format(time.RFC3339) + "\n")
			if err := pem.Encode(&bundle, &pem.Block{Type: "CERTIFICATE", Bytes: c.X509.Raw}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return bundle.Bytes()
}

// Importing quill would cost every start a millisecond, for it parses its certificates
// at once. So its certificates are copied, and this test keeps the copy true:
// go test ./pkg/pushcert -run AppleAuthorities -update writes it anew.
func TestAppleAuthoritiesAreQuills(t *testing.T) {
	want := quillBundle(t)
	if *update {
		if err := os.WriteFile("apple.pem", want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("apple.pem")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("apple.pem is not what anchore/quill has; run with -update")
	}
}
