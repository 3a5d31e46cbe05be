package pushcert

import (
	"bytes"
	"crypto"
	"errors"

	"github.com/smallstep/pkcs7"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/ber"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/guard"
)

// maxCMS bounds a CMS message: parsing copies it once per level of nesting.
const maxCMS = 4 << 20

// The object identifiers of CMS content types (RFC 5652), as DER: 1.2.840.113549.1.7.n.
const cmsArc = "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07"

const (
	cmsSigned    = 2
	cmsEnveloped = 3
)

// mdmcertRecipient is the name in the certificate that mdmcert.download's clients
// make to have the answer encrypted to (reference 1.9).
const mdmcertRecipient = "mdmcert.download"

// cms reads a CMS (PKCS #7) message in DER or BER: certificates without a
// signature (.p7b), a signed profile, or something encrypted.
func (r *reader) cms(der []byte) error {
	kind, ok := cmsKind(der)
	switch {
	case !ok:
		return unrecognised("binary")
	case kind == cmsSigned:
		return r.signedData(der)
	case kind == cmsEnveloped:
		return r.enveloped(der)
	}
	return unsupported("cms")
}

func cmsKind(der []byte) (byte, bool) {
	header, _, err := ber.Header(der)
	if err != nil || !bytes.HasPrefix(der[header:], []byte(cmsArc)) {
		return 0, false
	}
	at := header + len(cmsArc)
	if at >= len(der) {
		return 0, false
	}
	return der[at], true
}

// signedData takes the content out. The signature is not checked: whoever signed a
// profile has no say in which topic it names.
func (r *reader) signedData(der []byte) error {
	message, err := parseCMS(der)
	if err != nil {
		return err
	}
	if !isBlank(message.Content) {
		return r.read(message.Content)
	}
	if len(message.Certificates) == 0 {
		return unrecognised("binary")
	}
	for _, c := range message.Certificates {
		if err := boundRSA(c.PublicKey); err != nil {
			return err
		}
		r.file.Certificates = append(r.file.Certificates, &Certificate{X509: c})
	}
	return nil
}

func parseCMS(der []byte) (message *pkcs7.PKCS7, err error) {
	if len(der) > maxCMS {
		return nil, unsupported("cms.size")
	}
	der, _, err = ber.ToDER(der) // that package trusts an encoding's depth and reads overruns again
	if err != nil {
		return nil, damaged("part.cms", err)
	}
	err = guard.Run(func() error {
		message, err = pkcs7.Parse(der)
		return err
	})
	if err != nil {
		return nil, damaged("part.cms", err)
	}
	return message, nil
}

// enveloped is an encrypted message. Only one kind says what it is: the recipient of
// mdmcert.download's answer, which [File.OpenAnswer] opens.
func (r *reader) enveloped(der []byte) error {
	if _, err := parseCMS(der); err != nil {
		return err
	}
	if r.hex || bytes.Contains(der, []byte(mdmcertRecipient)) {
		r.file.Role, r.file.Envelope = RoleMDMCertAnswer, der
		return nil
	}
	return unsupported("encrypted")
}

// IsAnswerTo tells whether mdmcert.download's answer is encrypted to a certificate.
func (f *File) IsAnswerTo(c *Certificate) bool {
	_, err := f.decrypt(c, nil)
	return errors.Is(err, pkcs7.ErrUnsupportedAlgorithm) // of no key: the certificate is among the recipients
}

// OpenAnswer decrypts mdmcert.download's answer with the key of a certificate that it is encrypted
// to (DES, 3DES, AES with CBC or GCM). What cannot be decrypted is a file-damaged problem, sentence "answer".
func (f *File) OpenAnswer(c *Certificate, key crypto.PrivateKey) ([]byte, error) {
	data, err := f.decrypt(c, key)
	if errors.Is(err, pkcs7.ErrUnsupportedAlgorithm) {
		return nil, problem.Say(problem.FileUnsupported, "answer", nil).Because(err)
	}
	if err != nil {
		return nil, damaged("answer", nil) // without the cause: it may tell of the key
	}
	return data, nil
}

func (f *File) decrypt(c *Certificate, key crypto.PrivateKey) (data []byte, err error) {
	message, err := parseCMS(f.Envelope)
	if err != nil {
		return nil, err
	}
	err = guard.Run(func() error {
		data, err = message.Decrypt(c.X509, key)
		return err
	})
	return data, err
}
