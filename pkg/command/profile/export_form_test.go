package profile

import (
	"bytes"
	"crypto/rsa"
	"os"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// testExportPassword has characters outside of ASCII: a Japanese administrator's may.
const testExportPassword = "合言葉 pass"

// testMaterial is a push certificate with its key, of the sample files.
func testMaterial(t *testing.T) material {
	t.Helper()
	const sample = "../../../testdata/pushcert/pem/with-key.pem"
	data, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	file, err := pushcert.Read(sample, data, nil)
	if err != nil || file.LeafKey() == nil {
		t.Fatalf("no pair in %s (%v)", sample, err)
	}
	return material{leaf: file.Leaf(), key: file.LeafKey().Signer, keyFormat: "pkcs8", password: testExportPassword}
}

// export encodes the samples for a target.
func export(t *testing.T, target string, m material) []byte {
	t.Helper()
	data, err := exportTargets()[target].encode(m)
	if err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	return data
}

func TestEveryExportReadsBackAsWhatItWas(t *testing.T) {
	for target, form := range exportTargets() {
		if form.moves {
			continue // a whole profile, which another config file reads back
		}
		for _, format := range []string{"pkcs8", "pkcs1"} {
			t.Run(target+" "+format, func(t *testing.T) {
				m := testMaterial(t)
				m.keyFormat = format
				asked := false
				file, err := pushcert.Read(target, export(t, target, m), func() ([]byte, error) {
					asked = true
					return []byte(testExportPassword), nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if asked != form.sealed {
					t.Errorf("asked for a password: %v", asked)
				}
				if len(file.Findings) > 0 {
					t.Errorf("findings %v", file.Findings)
				}
				requireCertificate(t, file, target != "key", m)
				requireKey(t, file, form.secret, m)
			})
		}
	}
}

func requireCertificate(t *testing.T, file *pushcert.File, wanted bool, m material) {
	t.Helper()
	switch {
	case !wanted && len(file.Certificates) > 0:
		t.Error("holds a certificate")
	case wanted && len(file.Certificates) != 1:
		t.Errorf("holds %d certificates, want the leaf alone", len(file.Certificates))
	case wanted && !bytes.Equal(file.Leaf().X509.Raw, m.leaf.X509.Raw):
		t.Error("holds another certificate")
	}
}

func requireKey(t *testing.T, file *pushcert.File, wanted bool, m material) {
	t.Helper()
	want, ok := m.key.(*rsa.PrivateKey)
	if !ok {
		t.Fatalf("%T is not the samples' kind of key", m.key)
	}
	switch {
	case !wanted && len(file.Keys) > 0:
		t.Error("holds a private key")
	case wanted && (len(file.Keys) != 1 || !want.Equal(file.Keys[0].Signer)):
		t.Error("does not hold the certificate's key, and it alone")
	}
}

func TestSealedExportsDifferEveryTime(t *testing.T) {
	m := testMaterial(t)
	for target, form := range exportTargets() {
		if form.moves {
			continue // sealed to others, see package signing
		}
		if same := bytes.Equal(export(t, target, m), export(t, target, m)); same == form.sealed {
			t.Errorf("%s: twice the same bytes: %v", target, same)
		}
	}
}

func TestP12PasswordsThatCannotBeKept(t *testing.T) {
	for password, fits := range map[string]bool{
		"correct horse":    true,
		"合言葉":              true,
		"\uffff":           true,
		"smile 😀":          false,
		"cut\x00short":     false,
		"\xff\xfe not utf": false,
	} {
		err := checkP12Password([]byte(password))
		if fits != (err == nil) {
			t.Errorf("%q: %v", password, err)
		}
		if err == nil {
			continue
		}
		if got := problem.Of(err); got.Key() != "usage.p12-password" || strings.Contains(got.Error(), password) {
			t.Errorf("%q: %v", password, got)
		}
	}
}
