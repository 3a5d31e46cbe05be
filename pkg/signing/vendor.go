package signing

import (
	"crypto"
	"encoding/pem"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Vendor is the identity that signs requests, its chain complete. Its key is still sealed.
type Vendor struct {
	Certificate *pushcert.Certificate

	sealed lifecycle.Key
	chain  []*pushcert.Certificate // intermediate and root
	terms  lifecycle.Terms
}

// VendorOf returns the identity that signs now. What Apple would refuse (no vendor
// certificate, an expired one, a chain with a gap) is refused before anybody is asked for a
// passphrase.
func VendorOf(s *lifecycle.State, terms lifecycle.Terms) (*Vendor, error) {
	signer, err := s.Vendor.Signer(terms.Now)
	if err != nil {
		return nil, err
	}
	extra, err := pushcert.ParseChain(signer.Identity.Chain)
	if err != nil {
		return nil, problem.Say(problem.StateDamaged, "certificate", problem.Params{"owner": "vendor"}).Because(err)
	}
	chain, findings := terms.Trust.Chain(signer.Certificate, terms.Now, extra...)
	if f, bad := problem.Worst(findings); bad && f.Severity == problem.Critical {
		return nil, f.Err()
	}
	return &Vendor{signer.Certificate, signer.Identity.Key, chain.Certificates[1:], terms}, nil
}

// Unlock opens the vendor's key.
func (v *Vendor) Unlock(opener *Opener) (*Signer, error) {
	key, err := opener.Open(v.sealed)
	return &Signer{v, key, opener}, err
}

// Signer signs requests with the vendor's key.
type Signer struct {
	*Vendor

	key    crypto.Signer
	opener *Opener
}

// owns refuses a key that is not what its public key says: before its request is signed, and not when its
// certificate is used. A key that is not sealed to the identity that opened the file cannot be looked at.
func (s *Signer) owns(k lifecycle.Key) error {
	_, err := s.opener.Open(k)
	if err != nil && s.opener.own == nil && problem.Of(err).Code == problem.PassphraseWrong {
		return nil
	}
	return err
}

// Sign builds the request for a CSR in PEM and reads it back as Apple would: what leaves has
// passed our own verification. The findings are remarks; what Apple would refuse is an error.
func (s *Signer) Sign(csr string) (request []byte, findings []problem.Finding, err error) {
	block, _ := pem.Decode([]byte(csr))
	if block == nil {
		return nil, nil, problem.Say(problem.StateDamaged, "csr", nil)
	}
	request, err = pushcert.BuildRequest(block.Bytes, s.Certificate, s.key, s.chain)
	if err != nil {
		return nil, nil, err
	}
	parsed, findings := pushcert.ParseRequest(request)
	if parsed != nil {
		findings = append(findings, pushcert.CheckRequest(parsed, s.terms.Now, s.terms.Trust)...)
	}
	if f, bad := problem.Worst(findings); bad && f.Severity == problem.Critical {
		return nil, findings, f.Err()
	}
	return request, findings, nil
}
