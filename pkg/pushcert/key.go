package pushcert

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"

	"github.com/apnsctl/apnsctl/pkg/internal/caught"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// KeyBits is the size of the RSA keys that apnsctl makes, and the only one seen in certificates
// for MDM: Apple states neither a minimum nor a maximum.
const KeyBits = 2048

// Key is a private key as it was found in a file.
type Key struct {
	// Signer is the key itself; nil while it is still encrypted.
	Signer crypto.Signer
	// Format is how it was written: "pkcs1", "pkcs8" or "sec1".
	Format string
	// Encrypted tells that the file holds it under a password, opened or not.
	Encrypted bool
}

// PublicKey names the public half as [PublicKeyOf] does; empty while the key is still encrypted.
func (k *Key) PublicKey() string {
	if k.Signer == nil {
		return ""
	}
	return publicKey(k.Signer.Public(), nil)
}

// Algorithm is "RSA", "EC" or "Ed25519"; empty while the key is still encrypted.
func (k *Key) Algorithm() string {
	if k.Signer == nil {
		return ""
	}
	algorithm, _ := strength(k.Signer.Public())
	return algorithm
}

// Bits is the size of the modulus or curve; 0 while the key is still encrypted.
func (k *Key) Bits() int {
	if k.Signer == nil {
		return 0
	}
	_, bits := strength(k.Signer.Public())
	return bits
}

// Check says what is wrong with a key that stands alone: it may become an MDM certificate's, which needs
// RSA; of another kind it may be an app's, so that is only said.
func (k *Key) Check() []problem.Finding {
	if k.Signer == nil {
		return nil
	}
	findings := checkKey(k.Algorithm(), k.Bits())
	switch {
	case k.provider() != nil:
		findings = []problem.Finding{problem.FoundAs(problem.KeyWeak, "p8", problem.Info, findings[0].Params)}
	case k.Algorithm() != "RSA":
		findings[0].Severity = problem.Info
	}
	return findings
}

// provider is the key where it is of the kind that signs provider tokens, else nil.
func (k *Key) provider() *ecdsa.PrivateKey {
	if key, ok := k.Signer.(*ecdsa.PrivateKey); ok && key.Curve == elliptic.P256() {
		return key
	}
	return nil
}

// PKCS8 is the key in unencrypted PKCS #8 DER (RFC 5208). A key that is still
// encrypted is a key-encrypted problem.
func (k *Key) PKCS8() ([]byte, error) {
	if k.Signer == nil {
		return nil, problem.New(problem.KeyEncrypted, nil)
	}
	return x509.MarshalPKCS8PrivateKey(k.Signer)
}

// GenerateKey makes an RSA key of [KeyBits]. How long the search for primes takes is luck, so two
// searches race: the first result is returned, and the other search ends by
// itself a moment later.
func GenerateKey() (*rsa.PrivateKey, error) {
	type result struct {
		key   *rsa.PrivateKey
		err   error
		panic *caught.Panic
	}
	const racers = 2
	results := make(chan result, racers) // buffered: the loser must not wait for a reader
	for range racers {
		go func() {
			var r result
			r.panic = caught.Run(func() { r.key, r.err = rsa.GenerateKey(rand.Reader, KeyBits) })
			results <- r
		}()
	}
	won := <-results
	won.panic.Again()
	return won.key, won.err
}

// PublicKeyOf names a public key: standard base64 of its SubjectPublicKeyInfo DER
// (RFC 5280, section 4.1.2.7). Two keys are the same when their names are.
func PublicKeyOf(pub any) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

// publicKey is [PublicKeyOf], and the bytes as they stood in the file for a kind of key that the standard library
// does not know.
func publicKey(pub any, raw []byte) string {
	if name, err := PublicKeyOf(pub); err == nil {
		return name
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// Strength is a certificate's key algorithm ("RSA", "EC", "Ed25519", "unknown")
// and its size in bits.
func (c *Certificate) Strength() (algorithm string, bits int) { return strength(c.X509.PublicKey) }

func strength(pub any) (algorithm string, bits int) {
	switch k := pub.(type) {
	case *rsa.PublicKey:
		return "RSA", k.N.BitLen()
	case *ecdsa.PublicKey:
		return "EC", k.Curve.Params().BitSize
	case ed25519.PublicKey:
		return "Ed25519", 8 * len(k)
	}
	return "unknown", 0
}
