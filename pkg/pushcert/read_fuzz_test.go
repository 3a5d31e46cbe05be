package pushcert

import (
	"bytes"
	"crypto"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/pbe"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/plist"
)

// seedFrom adds the files of the corpus folders, and fails when there are none.
func seedFrom(f *testing.F, folders ...string) {
	f.Helper()
	seeds := 0
	for _, name := range corpusPaths(f) {
		folder, _, _ := strings.Cut(name, "/")
		if slices.Contains(folders, folder) {
			f.Add(readCorpus(f, name))
			seeds++
		}
	}
	if seeds == 0 {
		f.Fatalf("no seeds in %v", folders)
	}
}

// readFuzzed reads data as a user would and checks what holds for every file.
func readFuzzed(t *testing.T, data []byte) *File {
	t.Helper()
	asked := 0
	file, err := Read("fuzzed", data, func() ([]byte, error) {
		asked++
		return []byte(corpusPassword), nil
	})
	if asked > 1 {
		t.Errorf("asked %d times for the password", asked)
	}
	if err != nil {
		if file != nil {
			t.Error("a file came back beside the error")
		}
		known := []problem.Code{
			problem.FileUnrecognised, problem.FileUnsupported, problem.FileDamaged, problem.PasswordWrong,
			problem.PasswordMissing, problem.KeyMissing, problem.CertificateMissing, problem.InputTooLarge,
		}
		if p := problem.Of(err); !slices.Contains(known, p.Code) {
			t.Errorf("problem %s", p)
		}
		return nil
	}
	if file.Role == "" {
		t.Error("a file without a role")
	}
	for _, k := range file.Keys {
		if _, err := k.PKCS8(); k.Signer != nil && err != nil {
			t.Errorf("a key that cannot be written: %v", err)
		}
	}
	return file
}

func FuzzReadPEM(f *testing.F) {
	seedFrom(f, "pem", "csr")
	f.Fuzz(func(t *testing.T, data []byte) {
		file := readFuzzed(t, data)
		if file == nil || len(file.Certificates) == 0 {
			return
		}
		var clean []byte
		for _, c := range file.Certificates {
			clean = append(clean, c.PEM()...)
		}
		again, err := Read("", clean, nil)
		if err != nil || len(again.Certificates) != len(file.Certificates) {
			t.Errorf("our own PEM is not read back: %v", err)
		}
	})
}

func FuzzReadDER(f *testing.F) {
	seedFrom(f, "certificate", "csr", "other")
	f.Fuzz(func(t *testing.T, data []byte) { readFuzzed(t, data) })
}

func FuzzReadPKCS12(f *testing.F) {
	seedFrom(f, "pkcs12")
	f.Fuzz(func(t *testing.T, data []byte) {
		left := pbe.Budget(100_000)
		if _, err := pbe.ParsePFX(data, parsePKCS8, &left); err == nil {
			readFuzzed(t, data)
		}
	})
}

func FuzzReadKey(f *testing.F) {
	seedFrom(f, "key")
	f.Fuzz(func(t *testing.T, data []byte) {
		left := pbe.Budget(100_000)
		if box, err := pbe.ParseKey(data, &left); err == nil {
			plain, err := box.Open([]byte(corpusPassword))
			if err == nil && len(plain) >= len(data) {
				t.Error("no padding was taken off")
			}
		}
		for _, format := range []string{formatPKCS1, formatPKCS8, formatSEC1} {
			var key crypto.Signer
			key, err := parseKey(data, format)
			if (key == nil) == (err == nil) {
				t.Errorf("%s: key %v, err %v", format, key, err)
			}
		}
	})
}

func FuzzReadCMS(f *testing.F) {
	seedFrom(f, "cms", "mdmcert", "profile")
	recipient, key := readWhole(f, "mdmcert/encryption-certificate.pem").Leaf(), readWhole(f, "key/vendor.pem").Keys[0].Signer
	f.Fuzz(func(t *testing.T, data []byte) {
		if file := readFuzzed(t, data); file != nil && file.Role == RoleMDMCertAnswer {
			if out, err := file.OpenAnswer(recipient, key); err == nil && len(out) > len(data) {
				t.Error("decrypting made more of it")
			}
		}
		if message, err := parseCMS(data); err == nil && message == nil {
			t.Error("no message and no error")
		}
	})
}

func FuzzReadPlist(f *testing.F) {
	seedFrom(f, "profile", "device", "request")
	f.Fuzz(func(t *testing.T, data []byte) {
		readFuzzed(t, data)
		value, err := plist.Read(data)
		if err != nil && value != nil {
			t.Error("a value came back beside the error")
		}
		if depth := depthOf(value); depth > 65 {
			t.Errorf("%d levels deep", depth)
		}
	})
}

func depthOf(value any) int {
	deepest := 0
	switch v := value.(type) {
	case map[string]any:
		for _, member := range v {
			deepest = max(deepest, depthOf(member))
		}
	case []any:
		for _, member := range v {
			deepest = max(deepest, depthOf(member))
		}
	default:
		return 0
	}
	return deepest + 1
}

func FuzzReadToken(f *testing.F) {
	seedFrom(f, "token")
	f.Fuzz(func(t *testing.T, data []byte) {
		file := readFuzzed(t, data)
		if file == nil || file.ADE == nil && file.Content == nil {
			return
		}
		if shown := fmt.Sprintf("%+v %+v", file.ADE, file.Content); strings.Contains(shown, "CS_test") && bytes.Contains(data, []byte(`"consumer_secret":"CS_test"`)) {
			t.Error("a secret came out")
		}
	})
}

func FuzzReadText(f *testing.F) {
	seedFrom(f, "pem", "mdmcert", "request", "other", "token")
	f.Fuzz(func(t *testing.T, data []byte) {
		text, _ := decoded(data)
		for b := range newPEMScan(text).blocks() {
			if len(b.der) > len(text) || len(b.kind) > maxPEMKind {
				t.Errorf("a block larger than its text: %q", b.kind)
			}
		}
		if out, ok := fromHex(text); ok && 2*len(out) > len(text) {
			t.Error("hex grew")
		}
		if out, ok := fromBase64(text); ok && len(out) > len(text) {
			t.Error("base64 grew")
		}
		readFuzzed(t, data)
	})
}
