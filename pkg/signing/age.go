package signing

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// maxSealed bounds what comes out of a seal: no key of any kind is longer.
const maxSealed = 64 << 10

// seal encrypts secret to recipients as armored age.
func seal(secret []byte, recipients ...age.Recipient) (string, error) {
	var out bytes.Buffer
	a := armor.NewWriter(&out)
	w, err := age.Encrypt(a, recipients...)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(secret); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	if err := a.Close(); err != nil {
		return "", err
	}
	return out.String(), nil
}

// unseal is the opposite of seal.
func unseal(text string, identities ...age.Identity) ([]byte, error) {
	r, err := age.Decrypt(armor.NewReader(strings.NewReader(text)), identities...)
	if err != nil {
		return nil, err
	}
	secret, err := io.ReadAll(io.LimitReader(r, maxSealed+1))
	if err == nil && len(secret) > maxSealed {
		err = fmt.Errorf("more than %d bytes", maxSealed)
	}
	if err != nil {
		clear(secret)
		return nil, err
	}
	return secret, nil
}
