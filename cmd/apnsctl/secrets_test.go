package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The secrets that scripts type. They must come out nowhere.
const (
	testPassphrase   = "hunter2 swordfish staple"
	testFilePassword = "correct horse" // of the sample files too
)

// keyForms are private keys in the open: PEM, and base64 of PKCS #8 and of PKCS #1
// without armour (RFC 5208; RFC 8017 appendix A.1.2).
var keyForms = []*regexp.Regexp{
	regexp.MustCompile(`-----BEGIN (RSA |EC |ENCRYPTED )?PRIVATE KEY-----`),
	regexp.MustCompile(`MII[A-Za-z0-9+/]{3}IBADANBgkqhkiG9w0BAQEF`),
	regexp.MustCompile(`MII[A-Za-z0-9+/]{3}IBAAKCA`),
}

// keyDER is what every RSA key in DER has in it: version, algorithm, begin of the key.
const keyDER = "\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04\x82"

// unfilled is a place of a text for a value; in a shell's own language it is something else.
var unfilled = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{[a-z_.]{2,}\}`) })

// holdsKey names files that may hold a private key in the open: what export wrote.
func holdsKey(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) > 0, "holdskey FILE...")
	for _, name := range args {
		stateOf(ts).keyFiles[ts.MkAbs(name)] = true
	}
}

// searchSecrets looks through all that a script left behind and all that it printed.
func (s *scriptState) searchSecrets(t testing.TB, work string) {
	t.Helper()
	looked := 0
	for _, folder := range []string{work, s.transcripts} {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			if err == nil {
				looked++
				s.search(t, path, data)
			}
			return err
		})
		if err != nil {
			t.Errorf("search for secrets: %v", err)
		}
	}
	t.Logf("%d files searched for secrets", looked)
}

func (s *scriptState) search(t testing.TB, path string, data []byte) {
	t.Helper()
	for _, secret := range []string{testPassphrase, testFilePassword, mdmSecret} {
		if bytes.Contains(data, []byte(secret)) && !strings.HasSuffix(path, ".secret") {
			t.Errorf("%s holds a password", path)
		}
	}
	line, _, _ := bytes.Cut(data, []byte("\n"))
	if found := unfilled().Find(data); found != nil && strings.HasPrefix(path, s.transcripts) && !bytes.Contains(line, []byte(" completion ")) {
		t.Errorf("%s shows %s, which has no value", path, found)
	}
	// An identity may stand in the open where --no-passphrase asked for it.
	if bytes.Contains(data, []byte("AGE-SECRET-KEY-")) && !s.keyFiles[path] && !bytes.Contains(data, []byte("\n    unsealed_identity: ")) &&
		!bytes.Contains(data, []byte("\n  unsealed_identity: ")) {
		t.Errorf("%s holds an age identity", path)
	}
	if s.keyFiles[path] || exportsToStdout(data) && strings.HasPrefix(path, s.transcripts) {
		return
	}
	if bytes.Contains(data, []byte(keyDER)) {
		t.Errorf("%s holds a private key in DER", path)
	}
	for _, form := range keyForms {
		if form.Match(data) {
			t.Errorf("%s holds a private key: %s", path, form)
		}
	}
}

// exportsToStdout tells whether a transcript is that of an export that had to print a key.
func exportsToStdout(transcript []byte) bool {
	line, _, _ := strings.Cut(string(transcript), "\n")
	return strings.HasPrefix(line, "apnsctl export ") && strings.Contains(line, "--out -")
}
