package signing

import (
	"cmp"
	"crypto/rsa"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Maker makes the requests of profiles.
type Maker struct {
	Seal     Seal
	Generate func() (*rsa.PrivateKey, error) // a key of [pushcert.KeyBits]
	Signer   *Signer                         // nil where somebody else signs
	// Subject is that of new CSRs, as far as a profile says nothing else. Without a common name
	// a profile's own name stands there.
	Subject pushcert.Subject
}

// Made is one request: a file for Apple's portal or, unsigned, a CSR for an outside vendor.
type Made struct {
	Profile string
	Data    []byte
	Created bool   // the profile
	Partly  bool   // further recipients wait for the key
	Reused  bool   // the key, for the request was open already
	Topic   string // that the devices listen on; empty while nobody has told
	First   bool   // a person said that no device was ever enrolled
	// Vendor is who signed, and VendorSerial the certificate; both are empty for a CSR.
	Vendor, VendorSerial string
	Findings             []problem.Finding
}

// Unanswered tells that nobody has said whether devices are enrolled.
func (m *Made) Unanswered() bool { return m.Topic == "" && !m.First }

// Make opens or repeats a profile's request within s, signs it, and checks it as Apple would.
// Errors are those of [lifecycle.State.Request] and [Signer.Sign].
func (m Maker) Make(s *lifecycle.State, o lifecycle.RequestOptions) (*Made, error) {
	pending, reused, created, err := s.Request(o, func(p *lifecycle.Profile) (lifecycle.Key, *pushcert.CSR, error) {
		return m.Seal.NewKey(m.Generate, pushcert.Subject{
			CommonName: cmp.Or(m.Subject.CommonName, o.Profile),
			Email:      cmp.Or(p.Email, m.Subject.Email),
			Country:    cmp.Or(p.Country, m.Subject.Country),
		})
	})
	if err != nil {
		return nil, err
	}
	known, err := s.Profiles[o.Profile].KnownTopic(o.Profile)
	if err != nil {
		return nil, err
	}
	made := &Made{
		Profile: o.Profile, Data: []byte(pending.CSR), Created: created, Reused: reused, Partly: pending.Key.Partly,
		Topic: known.Topic, First: s.Profiles[o.Profile].First,
	}
	if m.Signer == nil {
		return made, nil
	}
	if reused {
		if err := m.Signer.owns(pending.Key); err != nil {
			return nil, err
		}
	}
	made.Vendor, made.VendorSerial = m.Signer.Certificate.Organization(), m.Signer.Certificate.SerialHex()
	s.Profiles[o.Profile].Signed(pending, reused, o, made.Vendor, made.VendorSerial)
	made.Data, made.Findings, err = m.Signer.Sign(pending.CSR)
	return made, err
}
