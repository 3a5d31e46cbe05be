package sshkey

import (
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
)

// The kinds of SSH keys that are read whole. Of others the kind is known.
const (
	Ed25519 = "ssh-ed25519" // RFC 8709
	RSA     = "ssh-rsa"     // RFC 4253, section 6.6
)

// What RSA keys are read: OpenSSH makes none that is longer.
const (
	mostRSABits      = 16384
	mostExponentBits = 24
)

// ErrMalformed says that something is no SSH key, or a damaged one, and nothing of what it is: it may be a secret.
var ErrMalformed = errors.New("no SSH key, or a damaged one")

// PublicKey is the public half of an SSH key of any kind.
type PublicKey struct {
	Kind    string
	Ed25519 ed25519.PublicKey // nil for other kinds
	RSA     *rsa.PublicKey    // nil for other kinds
}

// ParseLine reads a line of a file of public keys: kind, key in Base64, and a comment.
func ParseLine(line string) (PublicKey, error) {
	line, _, _ = strings.Cut(strings.TrimSpace(line), "\n")
	fields := strings.FieldsFunc(strings.TrimSuffix(line, "\r"), func(r rune) bool { return r == ' ' || r == '\t' })
	if len(fields) < 2 {
		return PublicKey{}, ErrMalformed
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil {
		return PublicKey{}, ErrMalformed
	}
	key, err := parseBlob(blob)
	if err == nil && key.Kind != fields[0] {
		err = ErrMalformed
	}
	return key, err
}

// parseBlob reads a public key as SSH sends it.
func parseBlob(blob []byte) (key PublicKey, err error) {
	r := reader{rest: blob}
	key.Kind = string(r.bytes())
	switch key.Kind {
	case Ed25519:
		key.Ed25519 = r.bytes()
		r.failed = r.failed || len(key.Ed25519) != ed25519.PublicKeySize
	case RSA:
		e, n := r.positive(mostExponentBits), r.positive(mostRSABits)
		key.RSA = &rsa.PublicKey{N: n, E: int(e.Int64())}
		r.failed = r.failed || n.Bit(0) == 0 || e.Bit(0) == 0 || e.Cmp(big.NewInt(3)) < 0
	default: // what only its kind knows
		r.failed = r.failed || !isName(key.Kind) || len(r.rest) == 0
		r.rest = nil
	}
	if r.failed || len(r.rest) > 0 {
		return PublicKey{}, ErrMalformed
	}
	return key, nil
}

// isName tells whether a kind has a name of SSH's (RFC 4251, section 6), as far as such names are in use.
func isName(kind string) bool {
	return kind != "" && len(kind) <= 64 && strings.Trim(kind, "abcdefghijklmnopqrstuvwxyz0123456789.@-") == ""
}

// Blob is the key as SSH sends it, whichever way it was written.
func (k PublicKey) Blob() []byte {
	blob := appendBytes(nil, []byte(k.Kind))
	if k.RSA != nil {
		return appendPositive(appendPositive(blob, big.NewInt(int64(k.RSA.E))), k.RSA.N)
	}
	return appendBytes(blob, k.Ed25519)
}
