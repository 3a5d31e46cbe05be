package pushcert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/smallstep/pkcs7"
)

// corpus is the folder of files that the readers are tested with.
const corpus = "../../testdata/pushcert"

var update = flag.Bool("update", false, "write the files of testdata/pushcert that Go can write")

// corpusFiles are files to be written, by path within the corpus.
type corpusFiles map[string][]byte

// TestGenerate makes what Go can write of the corpus, and writes it under -update. Without it, it demands that each of
// those files is there.
func TestGenerate(t *testing.T) {
	w := newWorld(t)
	files := corpusFiles{}
	for _, make := range []func(testing.TB, *world) corpusFiles{
		certificateFiles, findingFiles, issuerFiles, pemFiles, keyFiles, csrFiles, pkcs12Files, craftedPKCS12Files,
		cmsFiles, requestFiles, requestFormFiles, requestChainFiles, simulatedFiles, plistFiles, tokenFiles, otherFiles, lookalikeFiles,
	} {
		maps.Copy(files, make(t, w))
	}
	for name, data := range files {
		if *update {
			writeCorpus(t, name, data)
		} else if _, err := os.Stat(filepath.Join(corpus, filepath.FromSlash(name))); err != nil {
			t.Errorf("%s is not there: go test ./pkg/pushcert -run TestGenerate -update", name)
		}
	}
	rows := expectedRows(t)
	if len(rows) < 100 {
		t.Fatalf("only %d rows: the corpus is not whole", len(rows))
	}
}

func writeCorpus(t testing.TB, name string, data []byte) {
	t.Helper()
	path := filepath.Join(corpus, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// corpusECKey is the elliptic-curve key of the corpus.
func corpusECKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	path := filepath.Join(corpus, "key", "ec.der")
	if data, err := os.ReadFile(path); err == nil {
		key, err := x509.ParseECPrivateKey(data)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writeCorpus(t, "key/ec.der", der)
	return key
}

func armour(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func pkcs8(t testing.TB, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// signedCMS signs content as profiles are signed.
func signedCMS(t testing.TB, content []byte, signer *identity) []byte {
	t.Helper()
	message, err := pkcs7.NewSignedData(content)
	if err != nil {
		t.Fatal(err)
	}
	if err := message.AddSigner(signer.X509, testKeys()[signer.key], pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	der, err := message.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func envelopedCMS(t testing.TB, content []byte, recipient *identity) []byte {
	t.Helper()
	der, err := pkcs7.Encrypt(content, []*x509.Certificate{recipient.X509})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// corpusPaths lists every file of the corpus but those that describe it.
func corpusPaths(t testing.TB) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(corpus, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(corpus, path)
		if !slices.Contains([]string{".gitattributes", "README.md", "expected.json", "generate.sh"}, name) {
			paths = append(paths, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func readCorpus(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpus, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
