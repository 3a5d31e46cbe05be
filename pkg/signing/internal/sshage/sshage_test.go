package sshage_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"

	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/signing/internal/sshage"
)

func newEd25519(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return private
}

// line is the public half of a key as OpenSSH's own library writes it.
func line(t testing.TB, private any) string {
	t.Helper()
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))) + " test@example.com"
}

// forms are the files that a private key may stand in.
func forms(t testing.TB, private any) map[string][]byte {
	t.Helper()
	own, err := ssh.MarshalPrivateKey(private, "test@example.com")
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"OpenSSH": pem.EncodeToMemory(own),
		"PKCS #8": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
	}
}

func seal(t testing.TB, text string, to ...age.Recipient) []byte {
	t.Helper()
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, to...)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return sealed.Bytes()
}

func opened(sealed []byte, with age.Identity) (string, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), with)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(text), err
}

// What this package seals, the library that age brings opens, and the other way round, for every form of a key.
func TestTheLibraryAgrees(t *testing.T) {
	t.Parallel()
	rsaForms := forms(t, testkey.Nth(0))
	rsaForms["PKCS #1"] = pem.EncodeToMemory(&pem.Block{
		Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(testkey.Nth(0)),
	})
	pair := newEd25519(t)
	for _, row := range []struct {
		kind, line string
		forms      map[string][]byte
	}{
		{"ssh-ed25519", line(t, pair), forms(t, pair)},
		{"ssh-rsa", line(t, testkey.Nth(0)), rsaForms},
	} {
		theirs, err := agessh.ParseRecipient(row.line)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := sshage.ParseRecipient(row.line)
		if err != nil {
			t.Fatal(err)
		}
		for form, file := range row.forms {
			t.Run(row.kind+", "+form, func(t *testing.T) {
				t.Parallel()
				their, err := agessh.ParseIdentity(file)
				if err != nil {
					t.Fatal(err)
				}
				our, err := sshage.ParseIdentity(file)
				if err != nil {
					t.Fatal(err)
				}
				for name, got := range map[string]func() (string, error){
					"ours by theirs":      func() (string, error) { return opened(seal(t, "a key", ours), their) },
					"theirs by ours":      func() (string, error) { return opened(seal(t, "a key", theirs), our) },
					"ours itself by ours": func() (string, error) { return opened(seal(t, "a key", our.Recipient()), our) },
				} {
					if text, err := got(); text != "a key" || err != nil {
						t.Errorf("%s: %q, %v", name, text, err)
					}
				}
			})
		}
	}
}

// A stanza for another key is not ours, and one that was touched does not open.
func TestOtherStanzas(t *testing.T) {
	t.Parallel()
	for _, private := range []any{newEd25519(t), testkey.Nth(0)} {
		other := any(newEd25519(t))
		if _, ok := private.(ed25519.PrivateKey); !ok {
			other = testkey.Nth(1)
		}
		id, err := sshage.ParseIdentity(forms(t, private)["OpenSSH"])
		if err != nil {
			t.Fatal(err)
		}
		stranger, err := sshage.ParseRecipient(line(t, other))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := opened(seal(t, "x", stranger), id); !errors.Is(err, age.ErrIncorrectIdentity) {
			t.Errorf("another's: %v", err)
		}
		if text, err := opened(seal(t, "x", stranger, id.Recipient()), id); text != "x" {
			t.Errorf("the second of two: %v", err)
		}
		stanzas, err := id.Recipient().Wrap(make([]byte, 16))
		if err != nil {
			t.Fatal(err)
		}
		their, err := agessh.ParseIdentity(forms(t, private)["OpenSSH"])
		if err != nil {
			t.Fatal(err)
		}
		last := len(stanzas[0].Args) - 1 // the share of Ed25519, the fingerprint of RSA
		for name, change := range map[string]func(*age.Stanza){
			"the body":       func(s *age.Stanza) { s.Body[5] ^= 1 },
			"no body":        func(s *age.Stanza) { s.Body = nil },
			"the name":       func(s *age.Stanza) { s.Args[0] = "AAAAAA" },
			"the kind":       func(s *age.Stanza) { s.Type = "X25519" },
			"an argument":    func(s *age.Stanza) { s.Args = append(s.Args, "x") },
			"no argument":    func(s *age.Stanza) { s.Args = nil },
			"no Base64":      func(s *age.Stanza) { s.Args[last] = "*" },
			"too short":      func(s *age.Stanza) { s.Args[last] = "AAAA" },
			"of a low order": func(s *age.Stanza) { s.Args[last] = base64.RawStdEncoding.EncodeToString(make([]byte, 32)) },
		} {
			s := &age.Stanza{Type: stanzas[0].Type, Args: append([]string{}, stanzas[0].Args...), Body: bytes.Clone(stanzas[0].Body)}
			change(s)
			_, want := their.Unwrap([]*age.Stanza{s})
			key, err := id.Unwrap([]*age.Stanza{s})
			if err == nil || errors.Is(err, age.ErrIncorrectIdentity) != errors.Is(want, age.ErrIncorrectIdentity) {
				t.Errorf("%T, changed in %s: %x, %v; the library says %v", private, name, key, err, want)
			}
		}
	}
}

// A short RSA key opens what it once sealed, and nothing more is sealed for it.
func TestShortRSA(t *testing.T) {
	t.Parallel()
	id, err := sshage.ParseIdentity(short(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := id.Recipient().Wrap(make([]byte, 16)); err == nil {
		t.Error("sealed")
	}
}

// short is the file of an RSA key that is too short.
func short(t testing.TB) []byte {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
}

// lines are public keys that are none, or none that age takes.
func lines(t testing.TB) map[string]string {
	t.Helper()
	good := strings.Fields(line(t, newEd25519(t)))
	blob, err := base64.StdEncoding.DecodeString(good[1])
	if err != nil {
		t.Fatal(err)
	}
	with := func(key []byte) string {
		return "ssh-ed25519 " + base64.StdEncoding.EncodeToString(append(blob[:len(blob)-32:len(blob)-32], key...))
	}
	// No x belongs to this y: 2 is the first such.
	two := make([]byte, 32)
	two[0] = 2
	one := make([]byte, 32)
	one[0] = 1
	beyond := bytes.Repeat([]byte{0xff}, 32)
	largest := bytes.Repeat([]byte{0xff}, 32) // -1
	largest[0], largest[31] = 0xec, 0x7f
	long := "\x00" + strings.Repeat("\xff", 256) // 2,048 bits
	return map[string]string{
		"nothing":       "",
		"no key":        "ssh-ed25519",
		"no Base64":     "ssh-ed25519 x",
		"another kind":  "ssh-rsa " + good[1],
		"cut":           "ssh-ed25519 " + base64.StdEncoding.EncodeToString(blob[:len(blob)-1]),
		"more":          "ssh-ed25519 " + base64.StdEncoding.EncodeToString(append(bytes.Clone(blob), 0)),
		"not a point":   with(two),
		"at infinity":   with(one),
		"of order 2":    with(largest),
		"of order 4":    with(make([]byte, 32)),
		"an odd space":  strings.Replace(strings.Join(good, " "), " ", "\u00a0", 1),
		"two lines":     strings.Replace(strings.Join(good, " "), " ", "\n", 1),
		"an even n":     rsaLine("\x01\x00\x01", long[:256]+"\xfe"),
		"beyond":        with(beyond),
		"without n":     "ssh-rsa " + base64.StdEncoding.EncodeToString(ssh.Marshal(struct{ T, E string }{"ssh-rsa", "\x01\x00\x01"})),
		"an even power": rsaLine("\x04", long),
		"a power of 1":  rsaLine("\x01", long),
		"1,024 bits":    rsaLine("\x01\x00\x01", "\x00"+strings.Repeat("\xff", 128)),
		"too many bits": rsaLine("\x01\x00\x01", strings.Repeat("\x7f", 2049)),
		"below zero":    rsaLine("\x01\x00\x01", long[1:]),
	}
}

func rsaLine(e, n string) string {
	return "ssh-rsa " + base64.StdEncoding.EncodeToString(ssh.Marshal(struct{ T, E, N string }{"ssh-rsa", e, n}))
}

func TestRecipientsThatAreNone(t *testing.T) {
	t.Parallel()
	for name, line := range lines(t) {
		if _, err := sshage.ParseRecipient(line); err == nil {
			t.Errorf("%s: taken", name)
		}
		// The library takes these, which nobody can have made, and seals for none of them but one.
		stricter := slices.Contains([]string{"at infinity", "beyond", "of order 2", "of order 4", "an even n"}, name)
		if _, err := agessh.ParseRecipient(line); (err == nil) != stricter {
			t.Errorf("%s: %v of the library", name, err)
		}
	}
}

func TestIdentitiesThatAreNone(t *testing.T) {
	t.Parallel()
	private := newEd25519(t)
	good := forms(t, private)["OpenSSH"]
	block, _ := pem.Decode(good)
	again := func(change func([]byte) []byte) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: change(bytes.Clone(block.Bytes))})
	}
	at := bytes.LastIndex(block.Bytes, private[:32])
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte("locked"))
	if err != nil {
		t.Fatal(err)
	}
	old := &pem.Block{
		Type: "RSA PRIVATE KEY", Bytes: []byte("x"),
		Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"},
	}
	for name, row := range map[string]struct {
		file      []byte
		encrypted bool
	}{
		"nothing":        {nil, false},
		"a certificate":  {pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}), false},
		"a bad PKCS #1":  {pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte("x")}), false},
		"a bad SEC 1":    {pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: []byte("x")}), false},
		"a bad PKCS #8":  {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}), false},
		"empty":          {again(func([]byte) []byte { return nil }), false},
		"no magic":       {again(func(b []byte) []byte { return b[1:] }), false},
		"cut":            {again(func(b []byte) []byte { return b[:len(b)-9] }), false},
		"another seed":   {again(func(b []byte) []byte { b[at] ^= 1; return b }), false},
		"another public": {again(func(b []byte) []byte { b[bytes.Index(b, private[32:])] ^= 1; return b }), false},
		"locked by kdf": {again(func(b []byte) []byte {
			return bytes.Replace(b, []byte("\x04none\x00\x00\x00\x04none"), []byte("\x04none\x00\x00\x00\x04junk"), 1)
		}), true},
		"options of none": {again(func(b []byte) []byte {
			return bytes.Replace(b, []byte("none\x00\x00\x00\x00"), []byte("none\x00\x00\x00\x01x"), 1)
		}), false},
		"locked":            {pem.EncodeToMemory(locked), true},
		"locked as before":  {pem.EncodeToMemory(old), true},
		"locked by PKCS #8": {pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")}), true},
	} {
		id, err := sshage.ParseIdentity(row.file)
		if id != nil || err == nil || errors.Is(err, sshkey.ErrEncrypted) != row.encrypted {
			t.Errorf("%s: %v, %v", name, id, err)
		}
		if kind := sshage.ForeignKind(row.file); kind != "" {
			t.Errorf("%s is of kind %q", name, kind)
		}
	}
}

func TestForeignKinds(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	files := forms(t, key)
	files["SEC 1"] = pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1})
	files["public"] = []byte("# a remark\n\n" + line(t, key))
	for name, file := range files {
		if kind := sshage.ForeignKind(file); kind != "ecdsa-sha2-nistp384" {
			t.Errorf("%s is of kind %q", name, kind)
		}
		if id, err := sshage.ParseIdentity(file); id != nil || err == nil || errors.Is(err, sshkey.ErrEncrypted) {
			t.Errorf("%s: %v, %v", name, id, err)
		}
	}
	pair := newEd25519(t)
	for _, file := range [][]byte{nil, []byte("x y"), []byte(line(t, pair)), forms(t, pair)["OpenSSH"], forms(t, testkey.Nth(0))["PKCS #8"]} {
		if kind := sshage.ForeignKind(file); kind != "" {
			t.Errorf("%s is of kind %q", file, kind)
		}
	}
}

// FuzzKeys has the libraries judge: what is taken here, they take, it is the same key, and they open what is sealed.
func FuzzKeys(f *testing.F) {
	pair := newEd25519(f)
	for _, private := range []any{pair, testkey.Nth(0)} {
		f.Add([]byte(line(f, private)))
		for _, file := range forms(f, private) {
			f.Add(file)
		}
	}
	for _, text := range lines(f) {
		f.Add([]byte(text))
	}
	f.Add(short(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		sshage.ForeignKind(data)
		var ours, theirs age.Recipient
		if id, err := sshage.ParseIdentity(data); err == nil {
			ours = id.Recipient()
			their, err := agessh.ParseIdentity(data)
			if stanzas, wrong := ours.Wrap(make([]byte, 16)); wrong == nil && err == nil {
				if _, err := their.Unwrap(stanzas); err != nil {
					t.Errorf("the library does not open what is sealed: %v", err)
				}
			}
			switch id := their.(type) {
			case *agessh.Ed25519Identity:
				theirs = id.Recipient()
			case *agessh.RSAIdentity:
				theirs = id.Recipient()
			default:
				t.Fatalf("taken, and the library says %v", err)
			}
		} else if ours, err = sshage.ParseRecipient(string(data)); err == nil {
			if theirs, err = agessh.ParseRecipient(string(data)); err != nil {
				t.Fatalf("taken, and the library says %v", err)
			}
		} else {
			return
		}
		if our, their := named(t, ours), named(t, theirs); our != their {
			t.Errorf("a stanza names %s, and the library %s", our, their)
		}
	})
}

func named(t *testing.T, r age.Recipient) string {
	t.Helper()
	stanzas, err := r.Wrap(make([]byte, 16))
	if err != nil {
		return "refused"
	}
	return stanzas[0].Type + " " + stanzas[0].Args[0]
}
