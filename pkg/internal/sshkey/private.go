package sshkey

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// ErrEncrypted is what an SSH private key under a passphrase comes to.
var ErrEncrypted = errors.New("the SSH key is encrypted")

const openSSH = "OPENSSH PRIVATE KEY"

// Kind is the kind of an SSH key, such as ssh-ed25519 or ecdsa-sha2-nistp256: of a public one, or of a private one, be it
// encrypted or the handle of one in hardware. It is empty for what is no SSH key.
func Kind(key []byte) string {
	for line := range bytes.Lines(key) {
		if public, err := ParseLine(string(line)); err == nil {
			return public.Kind
		}
	}
	block, _ := pem.Decode(key)
	switch {
	case block == nil:
		return ""
	case block.Type == "DSA PRIVATE KEY":
		return "ssh-dss"
	case block.Type == openSSH:
		return EnvelopeKind(block.Bytes)
	}
	private, err := parsePrivate(block)
	if ec, ok := private.(*ecdsa.PrivateKey); ok && err == nil {
		return fmt.Sprintf("ecdsa-sha2-nistp%d", ec.Params().BitSize)
	}
	return ""
}

// EnvelopeKind is [Kind] of what is within the PEM of OpenSSH's own format.
func EnvelopeKind(data []byte) string {
	sealed, _ := openEnvelope(data)
	return sealed.public.Kind
}

// ParsePrivate reads a private key that is not encrypted, in OpenSSH's format, PKCS #1, SEC 1 or PKCS #8: an
// ed25519.PrivateKey, a *rsa.PrivateKey, or another. The error is [ErrEncrypted] or [ErrMalformed].
func ParsePrivate(file []byte) (any, error) {
	block, _ := pem.Decode(file)
	if block == nil {
		return nil, ErrMalformed
	}
	private, err := parsePrivate(block)
	switch {
	case errors.Is(err, ErrEncrypted):
		return nil, err
	case err != nil:
		return nil, ErrMalformed
	}
	return private, nil
}

func parsePrivate(block *pem.Block) (any, error) {
	if strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") { // RFC 1421
		return nil, ErrEncrypted
	}
	switch block.Type {
	case openSSH:
		sealed, err := openEnvelope(block.Bytes)
		if err != nil {
			return nil, err
		}
		return sealed.key()
	case "RSA PRIVATE KEY":
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		return x509.ParseECPrivateKey(block.Bytes)
	case "PRIVATE KEY":
		return x509.ParsePKCS8PrivateKey(block.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		return nil, ErrEncrypted
	}
	return nil, ErrMalformed
}

// envelope is a private key in OpenSSH's own format (PROTOCOL.key in its sources), whose public half is never encrypted.
type envelope struct {
	public  PublicKey
	locked  bool // under a passphrase
	private []byte
}

func openEnvelope(data []byte) (e envelope, err error) {
	data, found := bytes.CutPrefix(data, []byte("openssh-key-v1\x00"))
	r := reader{rest: data}
	cipher, kdf, options := string(r.bytes()), string(r.bytes()), r.bytes()
	e.locked = cipher != "none" || kdf != "none"
	keys, public := r.uint32(), r.bytes()
	e.private = r.bytes()
	if !found || r.failed || keys != 1 || !e.locked && len(options) > 0 {
		return envelope{}, ErrMalformed
	}
	e.public, err = parseBlob(public)
	return e, err
}

// key is the private half.
func (e envelope) key() (any, error) {
	if e.locked {
		return nil, ErrEncrypted
	}
	r := reader{rest: e.private}
	check, again := r.uint32(), r.uint32() // alike where a passphrase was right
	if check != again || string(r.bytes()) != e.public.Kind {
		return nil, ErrMalformed
	}
	var private any
	var err error
	switch e.public.Kind {
	case Ed25519:
		private, err = e.ed25519(&r)
	case RSA:
		private, err = e.rsa(&r)
	default:
		return nil, ErrMalformed
	}
	r.bytes() // a comment
	for i, pad := range r.rest {
		r.failed = r.failed || int(pad) != i+1
	}
	if err != nil || r.failed {
		return nil, ErrMalformed
	}
	return private, nil
}

func (e envelope) ed25519(r *reader) (ed25519.PrivateKey, error) {
	public, private := r.bytes(), ed25519.PrivateKey(r.bytes())
	if len(private) != ed25519.PrivateKeySize || !ed25519.NewKeyFromSeed(private.Seed()).Equal(private) {
		return nil, ErrMalformed
	}
	if !e.public.Ed25519.Equal(private.Public()) || !bytes.Equal(public, e.public.Ed25519) {
		return nil, ErrMalformed
	}
	return private, nil
}

func (e envelope) rsa(r *reader) (*rsa.PrivateKey, error) {
	n, exponent, d := r.positive(mostRSABits), r.positive(mostExponentBits), r.positive(mostRSABits)
	r.bytes() // what is computed anew from the primes
	p, q := r.positive(mostRSABits/2), r.positive(mostRSABits/2)
	if r.failed {
		return nil, ErrMalformed
	}
	private := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: int(exponent.Int64())}, D: d, Primes: []*big.Int{p, q}}
	if !private.PublicKey.Equal(e.public.RSA) {
		return nil, ErrMalformed
	}
	private.Precompute() // first, or Validate computes the same
	if err := private.Validate(); err != nil {
		return nil, err
	}
	return private, nil
}
