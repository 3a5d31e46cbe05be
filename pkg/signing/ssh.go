package signing

import (
	"bytes"
	"encoding/pem"

	"golang.org/x/crypto/ssh"
)

// foreignSSH is the kind of an SSH key, public or private, that age does not take, such as ecdsa-sha2-nistp256;
// empty for the kinds that it takes, and for what is no SSH key.
func foreignSSH(key []byte) string {
	public, _, _, _, err := ssh.ParseAuthorizedKey(key)
	if err != nil {
		public = publicHalf(key)
	}
	if public == nil || public.Type() == ssh.KeyAlgoED25519 || public.Type() == ssh.KeyAlgoRSA {
		return ""
	}
	return public.Type()
}

// publicHalf is the public key of an SSH private key; nil for what is none. In the format of OpenSSH it is readable
// of a key that is encrypted too, and of one in hardware (PROTOCOL.key of OpenSSH).
func publicHalf(key []byte) ssh.PublicKey {
	block, _ := pem.Decode(key)
	if block == nil {
		return nil
	}
	if blob, found := bytes.CutPrefix(block.Bytes, []byte("openssh-key-v1\x00")); found {
		var file struct {
			Cipher, KDF, Options string
			Keys                 uint32
			Public               []byte
			Rest                 []byte `ssh:"rest"`
		}
		if ssh.Unmarshal(blob, &file) == nil {
			public, _ := ssh.ParsePublicKey(file.Public)
			return public
		}
	}
	if signer, err := ssh.ParsePrivateKey(key); err == nil {
		return signer.PublicKey()
	}
	return nil
}
