package sshage

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

// ForeignKind is the kind of an SSH key that age does not take, such as ecdsa-sha2-nistp256: of a public one, or of a
// private one, be it encrypted or the handle of one in hardware. It is empty for the kinds that age takes, and for
// what is no SSH key.
func ForeignKind(key []byte) string {
	if kind := kindOf(key); kind != kindEd25519 && kind != kindRSA {
		return kind
	}
	return ""
}

func kindOf(key []byte) string {
	for line := range bytes.Lines(key) {
		if public, err := parseLine(string(line)); err == nil {
			return public.kind
		}
	}
	block, _ := pem.Decode(key)
	switch {
	case block == nil:
		return ""
	case block.Type == "DSA PRIVATE KEY":
		return "ssh-dss"
	case block.Type == openSSH:
		sealed, _ := openEnvelope(block.Bytes)
		return sealed.public.kind
	}
	private, err := parseBlock(block)
	if ec, ok := private.(*ecdsa.PrivateKey); ok && err == nil {
		return fmt.Sprintf("ecdsa-sha2-nistp%d", ec.Params().BitSize)
	}
	return ""
}

// parseBlock reads a private key: an ed25519.PrivateKey, a *rsa.PrivateKey, or one that age does not take.
func parseBlock(block *pem.Block) (any, error) {
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
	return nil, errMalformed
}

// envelope is a private key in OpenSSH's own format (PROTOCOL.key in its sources), whose public half is never encrypted.
type envelope struct {
	public  publicKey
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
		return envelope{}, errMalformed
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
	if check != again || string(r.bytes()) != e.public.kind {
		return nil, errMalformed
	}
	var private any
	var err error
	switch e.public.kind {
	case kindEd25519:
		private, err = e.ed25519(&r)
	case kindRSA:
		private, err = e.rsa(&r)
	default:
		return nil, errMalformed
	}
	r.bytes() // a comment
	for i, pad := range r.rest {
		r.failed = r.failed || int(pad) != i+1
	}
	if err != nil || r.failed {
		return nil, errMalformed
	}
	return private, nil
}

func (e envelope) ed25519(r *reader) (ed25519.PrivateKey, error) {
	public, private := r.bytes(), ed25519.PrivateKey(r.bytes())
	if len(private) != ed25519.PrivateKeySize || !ed25519.NewKeyFromSeed(private.Seed()).Equal(private) {
		return nil, errMalformed
	}
	if !e.public.ed25519.Equal(private.Public()) || !bytes.Equal(public, e.public.ed25519) {
		return nil, errMalformed
	}
	return private, nil
}

func (e envelope) rsa(r *reader) (*rsa.PrivateKey, error) {
	n, exponent, d := r.positive(mostRSABits), r.positive(mostExponentBits), r.positive(mostRSABits)
	r.bytes() // what is computed anew from the primes
	p, q := r.positive(mostRSABits/2), r.positive(mostRSABits/2)
	if r.failed {
		return nil, errMalformed
	}
	private := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: int(exponent.Int64())}, D: d, Primes: []*big.Int{p, q}}
	if !private.PublicKey.Equal(e.public.rsa) {
		return nil, errMalformed
	}
	private.Precompute() // first, or Validate computes the same
	if err := private.Validate(); err != nil {
		return nil, err
	}
	return private, nil
}
