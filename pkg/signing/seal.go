package signing

import (
	"crypto"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// Seal seals a private key for the config file.
type Seal func(crypto.Signer) (lifecycle.Key, error)

// To seals to the recipients of a config file, which needs no passphrase. Keys are noted as
// made at now.
func To(recipients lifecycle.Sealing, now time.Time) (Seal, error) {
	sealer, err := state.NewSealer(recipients)
	if err != nil {
		return nil, err
	}
	return func(key crypto.Signer) (lifecycle.Key, error) {
		return sealer.Seal(key, now.UTC().Truncate(time.Second))
	}, nil
}

// NewKey makes a key pair and a CSR for it (RFC 2986), and seals the key.
func (seal Seal) NewKey(subject pushcert.Subject) (lifecycle.Key, *pushcert.CSR, error) {
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
