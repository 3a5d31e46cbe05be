package pushcert

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func password(text string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(text), nil }
}

// wantProblem fails unless err is the problem with that sentence.
func wantProblem(t *testing.T, err error, key string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", key)
	}
	if got := problem.Of(err).Key(); got != key {
		t.Fatalf("problem %s, want %s", got, key)
	}
}

func TestUnsupportedNamesTheAlgorithm(t *testing.T) {
	for file, want := range map[string]string{
		"pkcs12/sha3-mac.p12":  "SHA3-256",
		"pkcs12/camellia.p12":  "1.2.392.200011.61.1.1.1.2",
		"key/pbes2-rc2.pem":    "RC2-CBC",
		"key/dek-camellia.pem": "CAMELLIA-128-CBC",
		"pem/openssh-key.pem":  "OPENSSH PRIVATE KEY",
	} {
		_, err := Read("", readCorpus(t, file), password(corpusPassword))
		if got := problem.Of(err).Params["algorithm"]; got != want {
			t.Errorf("%s: algorithm %q, want %q", file, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	day := time.Date(2027, 7, 1, 22, 18, 53, 0, time.UTC)
	const downloaded = "MDM_Token_2026-07-01T22-18-53Z_smime.p7m"
	ade := []struct {
		name, file, as string
		want           ADEToken
	}{
		{"downloaded", "token/" + downloaded, downloaded, ADEToken{Server: "MDM", Expires: day, Encrypted: true}},
		{"in a folder", "token/" + downloaded, `C:\tokens\` + downloaded, ADEToken{Server: "MDM", Expires: day, Encrypted: true}},
		{"renamed", "token/renamed.p7m", "renamed.p7m", ADEToken{Encrypted: true}},
		{"impossible date in the name", "token/renamed.p7m", "X_Token_2026-13-01T22-18-53Z_smime.p7m", ADEToken{Encrypted: true}},
		{"decrypted", "token/decrypted.txt", "decrypted.txt", ADEToken{Expires: day}},
		{"JSON", "token/decrypted.json", "decrypted.json", ADEToken{Expires: day}},
	}
	for _, row := range ade {
		t.Run(row.name, func(t *testing.T) {
			file, err := Read(row.as, readCorpus(t, row.file), nil)
			if err != nil {
				t.Fatal(err)
			}
			if *file.ADE != row.want {
				t.Errorf("got %+v, want %+v", *file.ADE, row.want)
			}
		})
	}
	file, err := Read("", readCorpus(t, "token/sToken_for_Example.vpptoken"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := ContentToken{Organization: "Example K.K.", Expires: time.Date(2027, 12, 5, 7, 53, 11, 0, time.UTC)}
	if *file.Content != want {
		t.Errorf("got %+v, want %+v", *file.Content, want)
	}
}

func TestSecretsOfTokensStayInside(t *testing.T) {
	for _, name := range corpusPaths(t) {
		if !strings.HasPrefix(name, "token/") && !strings.HasPrefix(name, "device/") {
			continue
		}
		file, err := Read(name, readCorpus(t, name), password(corpusPassword))
		shown := fmt.Sprintf("%+v %v", file, err)
		if file != nil {
			shown += fmt.Sprintf("%+v %+v %+v", file.Token, file.ADE, file.Content)
		}
		for _, secret := range []string{"CK_test", "CS_test", "AT_test", "AS_test", "secret of the token", "not to be read"} {
			if strings.Contains(shown, secret) {
				t.Errorf("%s: %q came out", name, secret)
			}
		}
	}
}

func TestTokenUpdateInBothForms(t *testing.T) {
	want := TokenUpdate{Token: strings.Repeat("ab", 32), PushMagic: "6C5F0D50-0BD7-4F4D-9A8E-2D4C3B6A1F00", UDID: "00008030-000A1B2C3D4E5F60"}
	for _, name := range []string{"device/token-update.plist", "device/token-update-binary.plist"} {
		file, err := Read(name, readCorpus(t, name), nil)
		if err != nil {
			t.Fatal(err)
		}
		if *file.Token != want {
			t.Errorf("%s: got %+v", name, *file.Token)
		}
	}
}

func TestTooLargeFileIsRefusedUnread(t *testing.T) {
	_, err := Read("", make([]byte, MaxFileSize+1), nil)
	wantProblem(t, err, "input-too-large")
}

func TestWrappersAreBounded(t *testing.T) {
	text := "-----BEGIN CERTIFICATE-----\n" + "-----END CERTIFICATE-----\n"
	for range 2 * maxWrappers {
		text = hex.EncodeToString([]byte(text))
	}
	_, err := Read("", []byte(text), nil)
	wantProblem(t, err, "file-unrecognised.wrapped")
}

func TestPEMScanFindsWhatEncodingPEMFinds(t *testing.T) {
	der := make([]byte, 1000)
	for size := range 200 {
		if _, err := rand.Read(der); err != nil {
			t.Fatal(err)
		}
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der[:size*5+1]})
		blocks := 0
		for b := range newPEMScan(text).blocks() {
			blocks++
			if b.kind != "CERTIFICATE" || !bytes.Equal(b.der, der[:size*5+1]) {
				t.Fatalf("read %q and %d bytes", b.kind, len(b.der))
			}
		}
		if blocks != 1 {
			t.Fatalf("%d blocks", blocks)
		}
	}
}

func TestBase64ReadsBothAlphabets(t *testing.T) {
	data := []byte{0xFB, 0xEF, 0xFF, 1}
	for _, text := range []string{
		base64.StdEncoding.EncodeToString(data), base64.URLEncoding.EncodeToString(data),
		base64.RawURLEncoding.EncodeToString(data), " " + base64.StdEncoding.EncodeToString(data) + "\r\n",
	} {
		if got, ok := fromBase64([]byte(text)); !ok || !bytes.Equal(got, data) {
			t.Errorf("%q: %x, %t", text, got, ok)
		}
	}
	if _, ok := fromBase64([]byte("not base64!")); ok {
		t.Error("took a sentence for base64")
	}
}

// A request that lost a character on its way is told what a request is told.
func TestDamagedRequestIsARequest(t *testing.T) {
	whole := string(readCorpus(t, "request/one-line.b64"))
	for name, text := range map[string]string{
		"an illegal character": whole[:100] + "*" + whole[100:],
		"in quotation marks":   `"` + whole + `"`,
		"soft line breaks":     whole[:76] + "=\r\n" + whole[76:],
	} {
		file, err := Read("", []byte(text), nil)
		if err != nil || file.Role != RoleRequest || !problem.Has(file.Findings, problem.RequestEncoding) {
			t.Errorf("%s: %v, %v", name, file, err)
		}
	}
}

// TestOfSeveralFaultsTheSameOneIsNamed reads each faulty file of the corpus, and files with
// several faults, a hundred times.
func TestOfSeveralFaultsTheSameOneIsNamed(t *testing.T) {
	faulty := map[string][]byte{
		"two broken blocks": []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----\n"),
		"a bad profile":     []byte(strings.Replace(profileText("com.apple.mdm", "<key>Topic</key><string>ABCDE12345</string><key>UseDevelopmentAPNS</key><true/>"), "\n", "\r\n", 1)),
	}
	for name, row := range expectedRows(t) {
		if row.Password == nil && (row.Error != "" || len(row.Findings) > 1) {
			faulty[name] = readCorpus(t, name)
		}
	}
	said := func(data []byte) string {
		file, err := Read("", data, nil)
		if file == nil {
			return fmt.Sprint(err)
		}
		return fmt.Sprint(file.Findings, err)
	}
	for name, data := range faulty {
		first := said(data)
		for range 100 {
			if again := said(data); again != first {
				t.Errorf("%s: first %s, then %s", name, first, again)
				break
			}
		}
	}
	t.Logf("%d faulty files", len(faulty))
}
