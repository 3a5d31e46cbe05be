package pushcert

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"iter"
	"math/big"
	"strings"
)

// opened is what an RSA PKCS #1 v1.5 signature holds: a digest and the name of
// its hash (RFC 8017, section 9.2). It serves to explain signatures that are already known to be
// wrong, never to accept one.
type opened struct {
	hash   crypto.Hash
	digest []byte
}

// Open recovers what the signature holds, or nil if this key did not make it.
func open(pub any, signature []byte) *opened {
	key, ok := pub.(*rsa.PublicKey)
	if !ok || !canOpen(key) || len(signature) != key.Size() {
		return nil
	}
	s := new(big.Int).SetBytes(signature)
	message := s.Exp(s, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
	body, padded := bytes.CutPrefix(message, []byte{0, 1})
	body = bytes.TrimLeft(body, "\xff")
	if !padded || len(body) == 0 || body[0] != 0 {
		return nil
	}
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}
	if _, err := asn1.Unmarshal(body[1:], &info); err != nil {
		return nil
	}
	hash := hashNamed(info.Algorithm.Algorithm)
	if hash == 0 {
		return nil
	}
	return &opened{hash, info.Digest}
}

// canOpen bounds the work: keys below 1024 bits the standard library refuses, and
// above the limit a check could take minutes.
func canOpen(key *rsa.PublicKey) bool {
	bits := key.N.BitLen()
	return bits >= 1024 && bits <= maxRSABits
}

func hashNamed(id asn1.ObjectIdentifier) crypto.Hash {
	switch id.String() {
	case "1.2.840.113549.2.5":
		return crypto.MD5
	case "1.3.14.3.2.26":
		return crypto.SHA1
	case "2.16.840.1.101.3.4.2.1":
		return crypto.SHA256
	case "2.16.840.1.101.3.4.2.2":
		return crypto.SHA384
	case "2.16.840.1.101.3.4.2.3":
		return crypto.SHA512
	case "2.16.840.1.101.3.4.2.4":
		return crypto.SHA224
	}
	return 0
}

// over tells whether the digest is that of message.
func (o *opened) over(message []byte) bool {
	if !o.hash.Available() {
		return false
	}
	h := o.hash.New()
	h.Write(message)
	return bytes.Equal(h.Sum(nil), o.digest)
}

func (o *opened) overAny(messages iter.Seq[string]) bool {
	for message := range messages {
		if o.over([]byte(message)) {
			return true
		}
	}
	return false
}

// textForms are the texts that people sign in place of the DER: the PEM file with the
// usual headers and line ends, and bare base64.
func textForms(csr *CSR) iter.Seq[string] {
	return func(yield func(string) bool) {
		pem := string(csr.PEM())
		old := strings.ReplaceAll(pem, " CERTIFICATE REQUEST", " NEW CERTIFICATE REQUEST")
		for _, lf := range []string{pem, old} {
			crlf := strings.ReplaceAll(lf, "\n", "\r\n")
			for _, form := range []string{lf, strings.TrimSpace(lf), crlf, strings.TrimSpace(crlf)} {
				if !yield(form) {
					return
				}
			}
		}
		yield(base64.StdEncoding.EncodeToString(csr.X509.Raw))
	}
}
