package vendors

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// customerCSR makes a customer's CSR in DER.
func customerCSR(t *testing.T, key crypto.Signer, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: "customer"}}, key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestCustomersCSRIsRefusedByName(t *testing.T) {
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	weakCSR := customerCSR(t, weak, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	curveCSR := customerCSR(t, curve, err)
	strong, err := rsa.GenerateKey(rand.Reader, 2048)
	strongCSR := customerCSR(t, strong, err)
	changed := bytes.Replace(strongCSR, []byte("customer"), []byte("somebody"), 1)

	for _, row := range []struct {
		name string
		csr  []byte
		want string // empty: it is taken
	}{
		{"strong", strongCSR, ""},
		{"weak", weakCSR, "key-weak.customer"},
		{"curve", curveCSR, "key-weak.customer.algorithm"},
		{"changed", changed, "request-signature.customer"},
	} {
		t.Run(row.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), row.name+".csr")
			if err := os.WriteFile(file, row.csr, 0o600); err != nil {
				t.Fatal(err)
			}
			o := &vendorSignOptions{Env: clitest.Env(msg.English)}
			switch err := o.readCSR(&customer{name: file}, lifecycle.Vendor{}); {
			case row.want == "" && err != nil:
				t.Error(err)
			case row.want == "":
			case err == nil:
				t.Errorf("taken, want %s", row.want)
			default:
				if got := problem.Of(err); got.Key() != row.want || got.Params["file"] != file {
					t.Errorf("got %v, want %s of %s", got, row.want, file)
				}
			}
		})
	}
}

func TestRequestIsNamedAfterItsCSR(t *testing.T) {
	for csr, want := range map[string]string{
		"customer.csr":             "PushCertificateRequest-customer.plist",
		"in/customer.pem":          "PushCertificateRequest-customer.plist",
		"PushCertificate-acme.csr": "PushCertificateRequest-acme.plist",
		"acme.example.csr":         "PushCertificateRequest-acme.example.plist",
		"no-ending":                "PushCertificateRequest-no-ending.plist",
		filepath.Join("日本", "株式会社.csr"): "PushCertificateRequest-株式会社.plist",
		disk.Stdio: "PushCertificateRequest.plist",
	} {
		if got := (&vendorSignOptions{}).path(csr); got != want {
			t.Errorf("%s: %s, want %s", csr, got, want)
		}
	}
}

// A vendor is never asked for the password of a customer's key, and signs nothing by a
// guess.
func TestReadCSR(t *testing.T) {
	sample := func(name string) []byte {
		data, err := os.ReadFile("../../../testdata/pushcert/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	o := &vendorSignOptions{Env: clitest.Env(msg.English)}
	for name, want := range map[string]struct {
		text []byte
		key  string
	}{
		"with its key": {slices.Concat(sample("csr/rsa.pem"), sample("key/pbes2-sha256-aes256.pem")), "wrong-role.csr-with-key"},
		"two of them":  {slices.Concat(sample("csr/rsa.pem"), sample("csr/ec.pem")), "several-certificates.csr"},
	} {
		path := filepath.Join(t.TempDir(), "c.csr")
		if err := os.WriteFile(path, want.text, 0o600); err != nil {
			t.Fatal(err)
		}
		err := o.readCSR(&customer{name: path}, lifecycle.Vendor{})
		if err == nil || problem.Of(err).Key() != want.key {
			t.Errorf("%s: %v, want %s", name, err, want.key)
		}
	}
}
