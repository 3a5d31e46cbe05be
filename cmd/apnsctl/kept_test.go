package main

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// fileText is what a file says; nothing where there is none.
func fileText(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(data)
}

// formOf is a config file without what two runs make differently: keys, seals, signatures.
func formOf(text string) string {
	return regexp.MustCompile(`age1\w+|AGE-SECRET-KEY-\w+|(\s*[A-Za-z0-9+/=]{20,}\n)+`).ReplaceAllString(text, "\n")
}

// keysOf are the public keys in a config file, which has to be whole.
func keysOf(t *testing.T, path string) (all []string) {
	t.Helper()
	s, err := state.Open(path).View(t.Context())
	if err == nil {
		err = state.EachKey(s, func(k *lifecycle.Key) error { all = append(all, k.Public); return nil })
	}
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return all
}

// publicKey is that of a request, as a config file has it.
func publicKey(t *testing.T, der []byte) string {
	t.Helper()
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(csr.RawSubjectPublicKeyInfo)
}
