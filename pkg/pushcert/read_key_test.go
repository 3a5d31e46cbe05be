package pushcert

import (
	"crypto/rsa"
	"math/big"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestPasswords(t *testing.T) {
	errNoTerminal := problem.New(problem.NoTerminal, nil)
	refuse := func() ([]byte, error) { return nil, errNoTerminal }
	none := func() ([]byte, error) { return nil, nil }
	rows := []struct {
		name, file string
		password   func() ([]byte, error)
		want       string // key of the problem
		locked     bool
	}{
		{"a wrong password for a p12", "pkcs12/openssl3.p12", password("wrong"), "password-wrong.p12", false},
		{"a wrong password for an old p12", "pkcs12/keychain-rc2.p12", password("wrong"), "password-wrong.p12", false},
		{"a wrong password for PBMAC1", "pkcs12/go-pbmac1.p12", password("wrong"), "password-wrong.p12", false},
		{"no way to ask for a p12", "pkcs12/openssl3.p12", nil, "password-missing.p12", false},
		{"no password for a p12", "pkcs12/openssl3.p12", none, "password-missing.p12", false},
		{"the callback's own error for a p12", "pkcs12/openssl3.p12", refuse, "no-terminal", false},
		{"a wrong password for PBKDF2", "key/pbes2-sha256-aes256.pem", password("wrong"), "password-wrong.key", false},
		{"a wrong password for DEK-Info", "key/dek-aes256.pem", password("wrong"), "password-wrong.key", false},
		{"an empty password for a key", "key/pbes2-sha256-aes256.pem", password(""), "password-wrong.key", false},
		{"the callback's own error for a key", "key/dek-3des.pem", refuse, "no-terminal", false},
		{"no way to ask for a key", "key/pbes2-sha256-aes256.pem", nil, "", true},
		{"no password for a key", "key/dek-aes256.pem", none, "", true},
		{"no password for a key beside a certificate", "pem/with-encrypted-key.pem", none, "", true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			file, err := Read("", readCorpus(t, row.file), row.password)
			if row.want != "" {
				wantProblem(t, err, row.want)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.locked != (file.Keys[0].Signer == nil) || !file.Keys[0].Encrypted {
				t.Errorf("key is %+v", file.Keys[0])
			}
			if got := keysOf(file.Findings); len(got) != 1 || got[0] != "key-encrypted.locked" {
				t.Errorf("findings %v", got)
			}
		})
	}
}

func TestPasswordIsAskedForOnceForSeveralKeys(t *testing.T) {
	text := append(readCorpus(t, "key/dek-aes256.pem"), readCorpus(t, "key/pbes2-sha256-aes256.pem")...)
	asked := 0
	file, err := Read("", text, func() ([]byte, error) {
		asked++
		return []byte(corpusPassword), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if asked != 1 || len(file.Keys) != 2 {
		t.Errorf("asked %d times, read %d keys", asked, len(file.Keys))
	}
}

func TestEncryptedKeysAreTheKeyThatWasEncrypted(t *testing.T) {
	t.Parallel()
	plain, err := Read("", readCorpus(t, "key/customer.pem"), nil)
	if err != nil {
		t.Fatal(err)
	}
	count, rows := 0, expectedRows(t)
	for _, name := range corpusPaths(t) {
		row := rows[name]
		isOfCustomer := strings.HasPrefix(name, "key/pb") || strings.HasPrefix(name, "key/dek-") && !strings.Contains(name, "ec")
		if !isOfCustomer || row.Error != "" {
			continue
		}
		count++
		file, err := Read("", readCorpus(t, name), password(corpusPassword))
		if err != nil {
			t.Fatal(err)
		}
		if file.Keys[0].PublicKey() != plain.Keys[0].PublicKey() {
			t.Errorf("%s holds another key", name)
		}
	}
	if count < 9 {
		t.Errorf("only %d encrypted keys were compared", count)
	}
}

func TestHugeKeysAreRefused(t *testing.T) {
	modulus := new(big.Int).Lsh(big.NewInt(1), maxRSABits)
	wantProblem(t, boundRSA(&rsa.PublicKey{N: modulus, E: 3}), "file-unsupported.key-size")
	if err := boundRSA(&rsa.PublicKey{N: modulus.Rsh(modulus, 1), E: 3}); err != nil {
		t.Error(err)
	}
	_, err := parseKey(make([]byte, maxKeySize+1), formatPKCS1)
	wantProblem(t, err, "file-unsupported.key-size")
}
