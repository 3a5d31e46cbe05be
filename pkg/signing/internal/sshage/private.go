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
	for line := range strings.Lines(string(key)) {
		if public, err := parseLine(line); err == nil {
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
		file, _ := openFile(block.Bytes)
		return file.public.kind
	}
	private, err := parseBlock(block)
	if key, ok := private.(*ecdsa.PrivateKey); ok && err == nil {
		return fmt.Sprintf("ecdsa-sha2-nistp%d", key.Params().BitSize)
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
		file, err := openFile(block.Bytes)
		if err != nil {
			return nil, err
		}
		return file.key()
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

// file is a private key in OpenSSH's own format (PROTOCOL.key in its sources), whose public half is never encrypted.
type file struct {
	public  publicKey
	cipher  string
	private []byte
}

func openFile(data []byte) (f file, err error) {
	data, found := bytes.CutPrefix(data, []byte("openssh-key-v1\x00"))
	r := reader{rest: data}
	f.cipher = string(r.bytes())
	r.bytes() // how the passphrase becomes a key,
	r.bytes() // and its parameters
	keys, public := r.uint32(), r.bytes()
	f.private = r.bytes()
	if !found || r.failed || keys != 1 {
		return file{}, errMalformed
	}
	f.public, err = parseBlob(public)
	return f, err
}

// key is the private half.
func (f file) key() (any, error) {
	if f.cipher != "none" {
		return nil, ErrEncrypted
	}
	r := reader{rest: f.private}
	check, again := r.uint32(), r.uint32() // alike where a passphrase was right
	if check != again || string(r.bytes()) != f.public.kind {
		return nil, errMalformed
	}
	var private any
	var err error
	switch f.public.kind {
	case kindEd25519:
		private, err = f.ed25519(&r)
	case kindRSA:
		private, err = f.rsa(&r)
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

func (f file) ed25519(r *reader) (ed25519.PrivateKey, error) {
	public, private := r.bytes(), ed25519.PrivateKey(r.bytes())
	if len(private) != ed25519.PrivateKeySize || !bytes.Equal(public, f.public.ed25519) {
		return nil, errMalformed
	}
	if !ed25519.NewKeyFromSeed(private.Seed()).Equal(private) || !f.public.ed25519.Equal(private.Public()) {
		return nil, errMalformed
	}
	return private, nil
}

func (f file) rsa(r *reader) (*rsa.PrivateKey, error) {
	n, e, d := r.positive(mostRSABits), r.positive(mostRSAExponent), r.positive(mostRSABits)
	r.positive(mostRSABits) // what is computed anew from the primes
	p, q := r.positive(mostRSABits/2), r.positive(mostRSABits/2)
	if r.failed {
		return nil, errMalformed
	}
	private := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: int(e.Int64())}, D: d, Primes: []*big.Int{p, q}}
	if !private.PublicKey.Equal(f.public.rsa) {
		return nil, errMalformed
	}
	if err := private.Validate(); err != nil {
		return nil, err
	}
	private.Precompute()
	return private, nil
}
