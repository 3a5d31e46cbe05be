package mdmcert

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // what clients of the service have to expect
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
)

// The shapes of CMS EnvelopedData (RFC 5652 section 6), written here once more: a library
// that the client has too would hide its own mistakes.
type (
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content envelopedData `asn1:"explicit,tag:0"`
	}
	envelopedData struct {
		Version    int
		Recipients []recipientInfo `asn1:"set"`
		Encrypted  encryptedContent
	}
	recipientInfo struct {
		Version   int
		Recipient issuerAndSerial
		Algorithm pkix.AlgorithmIdentifier
		Key       []byte
	}
	issuerAndSerial struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	encryptedContent struct {
		Type      asn1.ObjectIdentifier
		Algorithm pkix.AlgorithmIdentifier
		Content   []byte `asn1:"tag:0"`
	}
)

// contentCipher is a cipher for the content, in CBC. Which one the service uses is not stated [U].
type contentCipher struct {
	oid   asn1.ObjectIdentifier
	bytes int // of its key
	block func(key []byte) (cipher.Block, error)
}

func aes256() contentCipher {
	return contentCipher{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, 32, aes.NewCipher}
}

func tripleDES() contentCipher {
	return contentCipher{asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}, 24, des.NewTripleDESCipher}
}

// encrypt makes an envelope that only the recipient opens.
func encrypt(content []byte, recipient *x509.Certificate, with *contentCipher) ([]byte, error) {
	c := aes256()
	if with != nil {
		c = *with
	}
	key := make([]byte, c.bytes)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	block, err := c.block(key)
	if err != nil {
		return nil, err
	}
	iv := make([]byte, block.BlockSize())
	if _, err := rand.Read(iv); err != nil {
		return nil, err
	}
	parameters, err := asn1.Marshal(iv)
	if err != nil {
		return nil, err
	}
	padding := block.BlockSize() - len(content)%block.BlockSize()
	padded := append(bytes.Clone(content), bytes.Repeat([]byte{byte(padding)}, padding)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
	//nolint:staticcheck // deprecated, and what every client of the service expects
	wrappedKey, err := rsa.EncryptPKCS1v15(rand.Reader, recipient.PublicKey.(*rsa.PublicKey), key)
	if err != nil {
		return nil, err
	}
	arc := asn1.ObjectIdentifier{1, 2, 840, 113549, 1}
	of := func(last ...int) asn1.ObjectIdentifier { return append(slices.Clip(arc), last...) }
	return asn1.Marshal(contentInfo{of(7, 3), envelopedData{
		Recipients: []recipientInfo{{
			Recipient: issuerAndSerial{asn1.RawValue{FullBytes: recipient.RawIssuer}, recipient.SerialNumber},
			Algorithm: pkix.AlgorithmIdentifier{Algorithm: of(1, 1), Parameters: asn1.NullRawValue}, Key: wrappedKey,
		}},
		Encrypted: encryptedContent{of(7, 1), pkix.AlgorithmIdentifier{Algorithm: c.oid, Parameters: asn1.RawValue{FullBytes: parameters}}, padded},
	}})
}
