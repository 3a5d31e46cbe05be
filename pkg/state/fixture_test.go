package state_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// at is the instant of every test.
var at = time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC)

// block is text shaped like PEM or armor, about as long as asked.
func block(label string, size int) string {
	var b strings.Builder
	b.WriteString("-----BEGIN " + label + "-----\n")
	for b.Len() < size {
		b.WriteString(strings.Repeat("QUJD", 16) + "\n")
	}
	b.WriteString("-----END " + label + "-----\n")
	return b.String()
}

// key is a private key at rest in shape only; nothing here opens it.
func key() lifecycle.Key {
	return lifecycle.Key{
		Public:    strings.Repeat("MIIB", 98),
		Sealed:    block("AGE ENCRYPTED FILE", 2300),
		CreatedAt: at,
	}
}

func profile() *lifecycle.Profile {
	k, until := key(), at.AddDate(1, 0, 0)
	return &lifecycle.Profile{
		AppleAccount: "mdm@example.com",
		Certificate:  &lifecycle.Held{PEM: block("CERTIFICATE", 1400), Key: &k, ImportedAt: at, ImportedBy: "a@b"},
		History: []lifecycle.Event{{
			At: at, By: "a@b", Action: lifecycle.Registered, Topic: "com.apple.mgmt.External.x", SerialHex: "1a", NotAfter: &until,
		}},
	}
}

// fleet is a state of n profiles.
func fleet(n int) *lifecycle.State {
	s := &lifecycle.State{
		Version:  lifecycle.Version,
		Settings: lifecycle.Settings{Organization: "Example", Country: "NO"},
		Sealing:  lifecycle.Sealing{Recipient: "age1example", Identity: block("AGE ENCRYPTED FILE", 400)},
		Profiles: map[string]*lifecycle.Profile{},
	}
	for i := range n {
		s.Profiles[fmt.Sprintf("customer-%05d", i)] = profile()
	}
	return s
}

// seeds are the files of testdata/state. Without any, a test proves nothing.
func seeds(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("../../testdata/state/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no seeds: %v", err)
	}
	m := map[string][]byte{}
	for _, name := range names {
		if m[filepath.Base(name)], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// wantCode fails unless err is the problem, "code" or "code.variant".
func wantCode(t testing.TB, err error, key string) *problem.Error {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", key)
	}
	p := problem.Of(err)
	if p.Key() != key {
		t.Fatalf("error is %v, want %s", err, key)
	}
	return p
}
