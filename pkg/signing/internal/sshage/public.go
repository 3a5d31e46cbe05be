package sshage

import (
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
)

// The kinds of SSH keys that age takes.
const (
	kindEd25519 = "ssh-ed25519" // RFC 8709
	kindRSA     = "ssh-rsa"     // RFC 4253, section 6.6
)

// What RSA keys are taken: OpenSSH makes none that is longer, and age takes none that is shorter.
const (
	leastRSABits     = 2048
	mostRSABits      = 16384
	mostExponentBits = 24
)

var (
	errMalformed = errors.New("no SSH key, or a damaged one")
	errShort     = errors.New("an RSA key of fewer than 2048 bits")
)

// publicKey is the public half of an SSH key of any kind.
type publicKey struct {
	kind    string
	ed25519 ed25519.PublicKey // nil for other kinds
	rsa     *rsa.PublicKey    // nil for other kinds
}

// parseLine reads a line of a file of public keys: kind, key in Base64, and a comment.
func parseLine(line string) (publicKey, error) {
	line, _, _ = strings.Cut(strings.TrimSpace(line), "\n")
	fields := strings.FieldsFunc(strings.TrimSuffix(line, "\r"), func(r rune) bool { return r == ' ' || r == '\t' })
	if len(fields) < 2 {
		return publicKey{}, errMalformed
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil {
		return publicKey{}, errMalformed
	}
	key, err := parseBlob(blob)
	if err == nil && key.kind != fields[0] {
		err = errMalformed
	}
	return key, err
}

// parseBlob reads a public key as SSH sends it.
func parseBlob(blob []byte) (key publicKey, err error) {
	r := reader{rest: blob}
	key.kind = string(r.bytes())
	switch key.kind {
	case kindEd25519:
		key.ed25519 = r.bytes()
		r.failed = r.failed || len(key.ed25519) != ed25519.PublicKeySize
	case kindRSA:
		e, n := r.positive(mostExponentBits), r.positive(mostRSABits)
		key.rsa = &rsa.PublicKey{N: n, E: int(e.Int64())}
		r.failed = r.failed || n.Bit(0) == 0 || e.Bit(0) == 0 || e.Cmp(big.NewInt(3)) < 0
	default: // what only its kind knows
		r.failed = r.failed || !isName(key.kind) || len(r.rest) == 0
		r.rest = nil
	}
	if r.failed || len(r.rest) > 0 {
		return publicKey{}, errMalformed
	}
	return key, nil
}

// isName tells whether a kind has a name of SSH's (RFC 4251, section 6), as far as such names are in use.
func isName(kind string) bool {
	return kind != "" && len(kind) <= 64 && strings.Trim(kind, "abcdefghijklmnopqrstuvwxyz0123456789.@-") == ""
}

// blob is the key as SSH sends it, whichever way it was written.
func (k publicKey) blob() []byte {
	blob := appendBytes(nil, []byte(k.kind))
	if k.rsa != nil {
		return appendPositive(appendPositive(blob, big.NewInt(int64(k.rsa.E))), k.rsa.N)
	}
	return appendBytes(blob, k.ed25519)
}

// fingerprint is how a stanza names the key that opens it: four bytes of its hash, in Base64.
func (k publicKey) fingerprint() string {
	sum := sha256.Sum256(k.blob())
	return base64.RawStdEncoding.EncodeToString(sum[:4])
}
