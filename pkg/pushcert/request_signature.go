package pushcert

import (
	"crypto"
	"crypto/rsa"
	_ "crypto/sha1" //nolint:gosec // linked in to name the wrong hash, never to accept it
	"crypto/sha256"
	_ "crypto/sha512" // likewise
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// checkSignature verifies the vendor's signature: RSA, PKCS #1 v1.5, SHA-256, over
// the DER of the CSR.
func (r *Request) checkSignature(vendor *Certificate) []problem.Finding {
	key, ok := vendor.X509.PublicKey.(*rsa.PublicKey)
	if !ok {
		algorithm, _ := vendor.Strength()
		return refused(problem.KeyWeak, "vendor", problem.Params{"algorithm": algorithm, "subject": vendor.Subject()})
	}
	var findings []problem.Finding
	if vendor.PublicKey() == r.CSR.PublicKey() {
		findings = refused(problem.RequestSignature, "own-key", problem.Params{"subject": vendor.Subject()})
	}
	digest := sha256.Sum256(r.CSR.X509.Raw)
	if canOpen(key) && rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], r.Signature) == nil {
		return findings
	}
	return append(findings, r.diagnose(vendor, key)...)
}

// diagnose says why a signature is wrong, by opening it with each key at hand.
func (r *Request) diagnose(vendor *Certificate, key *rsa.PublicKey) []problem.Finding {
	signer, signed := r.signer(vendor)
	if signed == nil {
		if got, want := len(r.Signature), key.Size(); got != want {
			return refused(problem.RequestSignature, "length", problem.Params{"bytes": strconv.Itoa(got), "expected": strconv.Itoa(want)})
		}
		return invalidSignature(vendor)
	}
	var findings []problem.Finding
	if signer != vendor.Subject() {
		findings = refused(problem.RequestSignature, "other-key", problem.Params{"subject": vendor.Subject(), "signer": signer})
	}
	switch signed.hash {
	case crypto.SHA256:
	case crypto.SHA1:
		findings = append(findings, problem.Found(problem.RequestSHA1, problem.Critical, nil))
	default:
		findings = append(findings, refused(problem.RequestSignature, "hash", problem.Params{"algorithm": signed.hash.String()})...)
	}
	switch {
	case signed.over(r.CSR.X509.Raw):
	case signed.overAny(textForms(r.CSR)):
		findings = append(findings, refused(problem.RequestSignature, "pem", nil)...)
	default:
		findings = append(findings, refused(problem.RequestSignature, "other-content", problem.Params{"signer": signer})...)
	}
	if len(findings) == 0 { // the right digest under the right key, wrapped in a way of its own
		return invalidSignature(vendor)
	}
	return findings
}

// signer finds whose key made the signature, among the vendor, the rest of the chain and
// the CSR itself, and what it says. Nil if none of them made it.
func (r *Request) signer(vendor *Certificate) (subject string, signed *opened) {
	const enough = 8 // no honest chain is longer
	candidates := append([]*Certificate{vendor}, r.Chain[:min(len(r.Chain), enough)]...)
	for _, c := range candidates {
		if signed := open(c.X509.PublicKey, r.Signature); signed != nil {
			return c.Subject(), signed
		}
	}
	if signed := open(r.CSR.X509.PublicKey, r.Signature); signed != nil {
		return r.CSR.Subject(), signed
	}
	return "", nil
}

func invalidSignature(vendor *Certificate) []problem.Finding {
	return []problem.Finding{problem.Found(problem.RequestSignature, problem.Critical, problem.Params{"subject": vendor.Subject()})}
}

// refused is one critical finding with a sentence of its own.
func refused(code problem.Code, variant string, params problem.Params) []problem.Finding {
	return []problem.Finding{problem.FoundAs(code, variant, problem.Critical, params)}
}
