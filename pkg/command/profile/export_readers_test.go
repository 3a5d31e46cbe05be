package profile

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
	"github.com/micromdm/nanolib/log"
	"github.com/micromdm/nanomdm/http/api"
	"github.com/micromdm/nanomdm/storage/inmem"
	xpkcs12 "golang.org/x/crypto/pkcs12" // frozen, but what mdmctl reads with
)

// TestNanoMDMStoresItsExport gives the file to NanoMDM's own handler, as curl -T does,
// and asks its storage for the topic's pair, as its pusher does.
func TestNanoMDMStoresItsExport(t *testing.T) {
	m := testMaterial(t)
	for _, format := range []string{"pkcs8", "pkcs1"} {
		m.keyFormat = format
		store := inmem.New()
		body := bytes.NewReader(export(t, "nanomdm", m))
		answer := httptest.NewRecorder()
		api.NewStorePushCertHandler(store, log.NopLogger)(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPut, "/v1/pushcert", body))

		var stored struct{ Topic string }
		if err := json.Unmarshal(answer.Body.Bytes(), &stored); err != nil || answer.Code != http.StatusOK {
			t.Fatalf("%s: status %d, %v: %s", format, answer.Code, err, answer.Body)
		}
		if stored.Topic == "" || stored.Topic != m.leaf.Topic() {
			t.Errorf("%s: topic %q, want %q", format, stored.Topic, m.leaf.Topic())
		}
		pair, _, err := store.RetrievePushCert(t.Context(), m.leaf.Topic())
		if err != nil {
			t.Fatal(err)
		}
		if len(pair.Certificate) != 1 || !bytes.Equal(pair.Certificate[0], m.leaf.X509.Raw) {
			t.Errorf("%s: it will push with another certificate", format)
		}
		if key, ok := pair.PrivateKey.(*rsa.PrivateKey); !ok || !key.Equal(m.key) {
			t.Errorf("%s: it will push with another key", format)
		}
	}
}

// TestMdmctlReadsItsExport decodes the file with the package and by the rules of mdmctl
// mdmcert upload: exactly one certificate, and an RSA key.
func TestMdmctlReadsItsExport(t *testing.T) {
	m := testMaterial(t)
	key, leaf, err := xpkcs12.Decode(export(t, "micromdm", m), testExportPassword)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(leaf.Raw, m.leaf.X509.Raw) {
		t.Error("another certificate")
	}
	if rsaKey, ok := key.(*rsa.PrivateKey); !ok || !rsaKey.Equal(m.key) {
		t.Error("another key")
	}
	if ending := exportTargets()["micromdm"].ending; ending != ".p12" {
		t.Errorf("the ending is %q, and mdmctl knows PKCS #12 by .p12 alone", ending)
	}
}

// program runs another program on an exported file, with the file's password in P12.
type program struct {
	t          *testing.T
	path, file string
}

// reader finds a program, and writes an export with this password for it. Where it is
// missing, that is said; under CI it is a failure if needed.
func reader(t *testing.T, name, target, password string, needed bool) *program {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && needed {
		depth.Missing(t, name)
	}
	if err != nil {
		return nil
	}
	m := testMaterial(t)
	m.password = password
	file := filepath.Join(t.TempDir(), target+".p12")
	if err := os.WriteFile(file, export(t, target, m), 0o600); err != nil {
		t.Fatal(err)
	}
	return &program{t, path, file}
}

func (p *program) run(password string, args ...string) (string, error) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), p.path, args...)
	cmd.Env = append(os.Environ(), "P12="+password, "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestOpenSSLReadsPKCS12(t *testing.T) {
	for target, algorithm := range map[string]string{"p12": "AES-256-CBC", "p12-legacy": "pbeWithSHA1And3-KeyTripleDES-CBC"} {
		t.Run(target, func(t *testing.T) {
			openssl := reader(t, "openssl", target, testExportPassword, true)
			if openssl == nil {
				return
			}
			args := []string{"pkcs12", "-info", "-nodes", "-in", openssl.file, "-passin", "env:P12"}
			version, err := openssl.run("", "version")
			if err != nil {
				t.Fatal(err)
			}
			if old := strings.HasPrefix(version, "OpenSSL 1.") || strings.HasPrefix(version, "LibreSSL"); target == "p12-legacy" && !old {
				args = append(args, "-legacy") // which the old ones are without being told
			}
			out, err := openssl.run(testExportPassword, args...)
			if err != nil || !strings.Contains(out, algorithm) {
				t.Errorf("%v, want %s: %s", err, algorithm, withoutKeys(out))
			}
			if n := strings.Count(out, "BEGIN CERTIFICATE"); n != 1 || !strings.Contains(out, "BEGIN PRIVATE KEY") {
				t.Errorf("%d certificates, want 1, and a key: %s", n, withoutKeys(out))
			}
			if _, err := openssl.run("wrong", args...); err == nil {
				t.Error("opened with a wrong password")
			}
		})
	}
}

func TestKeytoolReadsPKCS12(t *testing.T) {
	const password = "correct horse" // Java knows ASCII alone in passwords of PKCS #12
	for _, target := range []string{"p12", "p12-legacy"} {
		t.Run(target, func(t *testing.T) {
			keytool := reader(t, "keytool", target, password, false)
			if keytool == nil {
				return
			}
			out, err := keytool.run(password, "-J-Duser.language=en", "-list", "-storetype", "PKCS12", "-keystore", keytool.file, "-storepass:env", "P12")
			if err != nil || !strings.Contains(out, "PrivateKeyEntry") {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

// withoutKeys is the part of a program's output that a test may show.
func withoutKeys(out string) string {
	before, _, _ := strings.Cut(out, "-----BEGIN")
	return before
}
