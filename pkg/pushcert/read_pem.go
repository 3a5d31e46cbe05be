package pushcert

import (
	"errors"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
)

// MovedBlock is the kind of the PEM block that holds a profile on its way.
const MovedBlock = "APNSCTL PROFILE"

var errNoBase64 = errors.New("the block holds no base64")

// pem reads every block of text. What a block holds is decided by its content: a
// key that was pasted between CERTIFICATE lines is a key. Changed tells that the text was
// repaired before.
func (r *reader) pem(text []byte, changed bool) error {
	scan := newPEMScan(text)
	scan.changed = changed
	blocks := 0
	for b := range scan.blocks() {
		blocks++
		if err := r.block(b); err != nil {
			return err
		}
	}
	switch {
	case scan.truncated:
		return damaged("pem-truncated", nil)
	case blocks == 0:
		return unrecognised("plain-text")
	}
	if r.file.Role != RoleADEToken {
		r.file.found(scan.findings()...)
	}
	return nil
}

func (r *reader) block(b pemBlock) error {
	switch {
	case b.kind == "MESSAGE":
		return r.json(b.body)
	case b.kind == MovedBlock && b.der != nil:
		r.file.Role, r.file.Moved = RoleProfile, b.der
		return nil
	case strings.HasSuffix(b.kind, "PARAMETERS"):
		return nil // openssl ecparam writes the curve before the key
	case b.kind == "AGE ENCRYPTED FILE":
		return unrecognised("age") // our own config file holds some
	case b.kind == "OPENSSH PRIVATE KEY":
		return sshKey(b)
	case strings.HasPrefix(b.kind, "PGP "):
		return unsupportedAlgorithm("block", b.kind)
	case b.der == nil:
		return damaged("pem", errNoBase64)
	case b.cipher != "":
		return r.legacyKey(b)
	case b.kind == "TRUSTED CERTIFICATE":
		return r.trustedCertificate(b.der)
	}
	return r.der(b.der)
}

// sshKey tells the kind of a private key in OpenSSH's own format.
func sshKey(b pemBlock) error {
	switch kind := sshkey.EnvelopeKind(b.der); kind {
	case "":
		return unsupportedAlgorithm("block", b.kind)
	case sshkey.Ed25519:
		return unsupportedAlgorithm("ssh", kind)
	case sshkey.RSA:
		return unsupportedAlgorithm("ssh.rsa", kind)
	default:
		return unsupportedAlgorithm("ssh.other", kind)
	}
}

// trustedCertificate reads what "openssl x509 -trustout" writes: a certificate and
// OpenSSL's own notes behind it.
func (r *reader) trustedCertificate(der []byte) error {
	element, _, err := cutElement(der)
	if err != nil {
		return err
	}
	return r.certificate(element)
}
