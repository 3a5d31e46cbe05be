package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// writeCertificates fills a folder with distinct certificates of the form that Apple
// issues for MDM, from one throw-away authority.
func writeCertificates(folder, root string, count int) error {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	const bits = 2048
	authorityKey, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return err
	}
	leafKey, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "apnsctl bench"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(9, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}
	if err := writeCertificate(root, authority, authority, &authorityKey.PublicKey, authorityKey); err != nil {
		return err
	}
	for i := range count {
		leaf := pushCertificate(int64(i) + 2)
		path := filepath.Join(folder, fmt.Sprintf("customer-%06d.pem", i))
		if err := writeCertificate(path, leaf, authority, &leafKey.PublicKey, authorityKey); err != nil {
			return err
		}
	}
	return nil
}

// pushCertificate is shaped like an MDM push certificate: UID, CN and C, the markers of
// the production environment and nothing critical.
func pushCertificate(serial int64) *x509.Certificate {
	uuid := fmt.Sprintf("%08x-0000-4000-8000-000000000000", serial)
	name := func(oid asn1.ObjectIdentifier, tag int, value string) pkix.AttributeTypeAndValue {
		return pkix.AttributeTypeAndValue{Type: oid, Value: asn1.RawValue{Tag: tag, Bytes: []byte(value)}}
	}
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject: pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{
			name(asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}, asn1.TagUTF8String, "com.apple.mgmt.External."+uuid),
			name(asn1.ObjectIdentifier{2, 5, 4, 3}, asn1.TagUTF8String, "APSP:"+uuid),
			name(asn1.ObjectIdentifier{2, 5, 4, 6}, asn1.TagPrintableString, "JP"),
		}},
		NotBefore: time.Now().AddDate(0, -1, 0), NotAfter: time.Now().AddDate(0, 11, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 3, 2}, Value: []byte{asn1.TagNull, 0}}},
	}
}

func writeCertificate(path string, template, issuer *x509.Certificate, public *rsa.PublicKey, key *rsa.PrivateKey) error {
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, public, key)
	if err != nil {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
}
