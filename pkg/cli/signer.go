package cli

import (
	"context"
	"crypto"
	"encoding/pem"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// sealFunc seals a private key for the config file.
type sealFunc func(crypto.Signer) (lifecycle.Key, error)

// sealer seals to the config file's recipients, which needs no passphrase.
func (e *Env) sealer(s *lifecycle.State) (sealFunc, error) {
	sealer, err := state.NewSealer(s.Sealing)
	if err != nil {
		return nil, err
	}
	return func(key crypto.Signer) (lifecycle.Key, error) {
		return sealer.Seal(key, e.Now().UTC().Truncate(time.Second))
	}, nil
}

// newRequest makes a key pair and a CSR for it, and seals the key.
func (e *Env) newRequest(seal sealFunc, subject pushcert.Subject) (lifecycle.Key, *pushcert.CSR, error) {
	key, err := pushcert.GenerateKey()
	if err != nil {
		return lifecycle.Key{}, nil, err
	}
	der, err := pushcert.NewCSR(key, subject)
	if err != nil {
		return lifecycle.Key{}, nil, err
	}
	csr, err := pushcert.ParseCSR(der)
	if err != nil {
		return lifecycle.Key{}, nil, err
	}
	sealed, err := seal(key)
	return sealed, csr, err
}

// vendorSigner is a vendor identity with its key unsealed and its chain complete.
type vendorSigner struct {
	certificate *pushcert.Certificate
	key         crypto.Signer
	chain       []*pushcert.Certificate // intermediate and root
}

// vendorSigner unlocks the identity that signs now. What Apple would refuse (no
// vendor certificate, an expired one, a chain with a gap) is refused before a
// passphrase is asked for.
func (e *Env) vendorSigner(ctx context.Context, s *lifecycle.State, j lifecycle.Judge, u unlockOptions) (*vendorSigner, error) {
	signer, err := s.Vendor.Signer(j.Now)
	if err != nil {
		return nil, err
	}
	extra, err := certificates(signer.Identity.Chain)
	if err != nil {
		return nil, problem.Say(problem.StateDamaged, "certificate", problem.Params{"owner": "vendor"}).Because(err)
	}
	chain, findings := j.Trust.Chain(signer.Certificate, j.Now, extra...)
	if f, bad := problem.Worst(findings); bad && f.Severity == problem.Critical {
		return nil, f.Err()
	}
	opener, err := e.unlock(ctx, s, u)
	if err != nil {
		return nil, err
	}
	key, err := opener.Open(signer.Identity.Key)
	if err != nil {
		return nil, err
	}
	return &vendorSigner{signer.Certificate, key, chain.Certificates[1:]}, nil
}

// sign builds the request for a CSR in PEM and reads it back as Apple would: what
// leaves this program has passed its own verification.
func (v *vendorSigner) sign(csrPEM string, j lifecycle.Judge) ([]byte, []problem.Finding, error) {
	block, _ := pem.Decode([]byte(csrPEM))
	if block == nil {
		return nil, nil, problem.Say(problem.StateDamaged, "csr", nil)
	}
	data, err := pushcert.BuildRequest(block.Bytes, v.certificate, v.key, v.chain)
	if err != nil {
		return nil, nil, err
	}
	request, findings := pushcert.ParseRequest(data)
	if request != nil {
		findings = append(findings, pushcert.CheckRequest(request, j.Now, j.Trust)...)
	}
	if f, bad := problem.Worst(findings); bad && f.Severity == problem.Critical {
		return nil, findings, f.Err()
	}
	return data, findings, nil
}

// certificates parses the certificates of a PEM text that apnsctl wrote itself.
func certificates(text string) ([]*pushcert.Certificate, error) {
	var all []*pushcert.Certificate
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		c, err := pushcert.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
