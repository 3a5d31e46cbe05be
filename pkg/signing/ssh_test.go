package signing_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// An SSH key of a kind that age does not take is one all the same, whichever half it is, encrypted or in hardware.
func TestSSHKeysThatAgeDoesNotTake(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	open, err := ssh.MarshalPrivateKey(key, "me")
	if err != nil {
		t.Fatal(err)
	}
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(key, "me", []byte("locked"))
	if err != nil {
		t.Fatal(err)
	}
	public, err := ssh.NewPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	hardware := ssh.Marshal(struct{ Type, Key, Application string }{ssh.KeyAlgoSKED25519, string(make([]byte, 32)), "ssh:"})
	handle := append([]byte("openssh-key-v1\x00"), ssh.Marshal(struct {
		Cipher, KDF, Options string
		Keys                 uint32
		Public, Private      []byte
	}{"none", "none", "", 1, hardware, nil})...)
	ofHardware := ssh.KeyAlgoSKED25519 + " " + base64.StdEncoding.EncodeToString(hardware) + " me"
	for _, row := range []struct{ name, file, kind string }{
		{"open", string(pem.EncodeToMemory(open)), ssh.KeyAlgoECDSA256},
		{"locked", string(pem.EncodeToMemory(locked)), ssh.KeyAlgoECDSA256},
		{"public", string(ssh.MarshalAuthorizedKey(public)), ssh.KeyAlgoECDSA256},
		{"in hardware", string(pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: handle})), ssh.KeyAlgoSKED25519},
		{"public of hardware", ofHardware, ssh.KeyAlgoSKED25519},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := signing.UnlockWith(sealing(t), []byte(row.file), signing.Plugins{})
			wantCode(t, err, "usage.identity-ssh-kind")
			if got := problem.Of(err).Params["kind"]; got != row.kind {
				t.Error(got)
			}
		})
	}
	for _, text := range []string{strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public))), ofHardware} {
		wantCode(t, signing.CheckRecipient(sealing(t), text), "usage.recipient-invalid.ssh-kind")
	}
}
