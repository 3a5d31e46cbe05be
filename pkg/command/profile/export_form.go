package profile

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"unicode/utf8"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// material is what an export is made of. The key is there if the form holds it, the
// password if the form is sealed.
type material struct {
	leaf      *pushcert.Certificate
	key       crypto.Signer
	keyFormat string
	password  string
}

// exportForm is one form that export writes.
type exportForm struct {
	ending string // of the file's name
	secret bool   // holds the private key
	bare   bool   // holds no certificate
	sealed bool   // guarded by a password of its own
	encode func(material) ([]byte, error)
	moves  bool // is the whole profile, for another config file
}

// exportTargets are the forms by the names that --for takes. All hold the leaf alone:
// NanoMDM keeps the last certificate of a file, mdmctl takes a file with exactly one,
// and no server of MDM has to be given Apple's chain.
func exportTargets() map[string]exportForm {
	pair := exportForm{ending: ".pem", secret: true, encode: encodePair}
	legacy := exportForm{ending: ".p12", secret: true, sealed: true, encode: encodeP12(pkcs12.LegacyDES)}
	return map[string]exportForm{
		"apnsctl":    {ending: ".pem", secret: true, sealed: true, moves: true},
		"cert":       {ending: ".pem", encode: encodeCertificate},
		"key":        {ending: ".key", secret: true, bare: true, encode: encodeKey},
		"pem":        pair,
		"nanomdm":    pair,
		"p12":        {ending: ".p12", secret: true, sealed: true, encode: encodeP12(pkcs12.Modern2023)},
		"p12-legacy": legacy,
		// mdmctl takes certificate and key from one file only as PKCS #12, and reads that with
		// golang.org/x/crypto/pkcs12, which knows the old algorithms alone.
		"micromdm": legacy,
	}
}

func encodeCertificate(m material) ([]byte, error) { return m.leaf.PEM(), nil }

func encodeKey(m material) ([]byte, error) {
	block, err := keyBlock(m.key, m.keyFormat)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(block), nil
}

// encodePair is the leaf, then its key, each with its final newline.
func encodePair(m material) ([]byte, error) {
	key, err := encodeKey(m)
	return append(m.leaf.PEM(), key...), err
}

func keyBlock(key crypto.Signer, format string) (*pem.Block, error) {
	if format == "pkcs1" {
		rsaKey, ok := key.(*rsa.PrivateKey)
		if !ok {
			return nil, problem.Say(problem.Usage, "pkcs1-rsa", nil)
		}
		return &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)}, nil
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return &pem.Block{Type: "PRIVATE KEY", Bytes: der}, err
}

// encodeP12 is PKCS #12 (RFC 7292) with an encoder's algorithms.
func encodeP12(encoder *pkcs12.Encoder) func(material) ([]byte, error) {
	return func(m material) ([]byte, error) { return encoder.Encode(m.key, m.leaf.X509, nil, m.password) }
}

// checkP12Password refuses what cannot be typed in again everywhere: PKCS #12 keeps a
// password as 16-bit characters (RFC 7292 appendix B.1), which leaves out emoji, and
// ends it at the first NUL.
func checkP12Password(password []byte) error {
	wide := func(r rune) bool { return r == 0 || r > 0xffff }
	if !utf8.Valid(password) || bytes.ContainsFunc(password, wide) {
		return problem.Say(problem.Usage, "p12-password", nil)
	}
	return nil
}
