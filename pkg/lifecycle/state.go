package lifecycle

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Version is the schema version that this program writes.
const Version = 1

// State is everything that apnsctl knows: the content of the one config file.
// The yaml tags are the file's keys; package state reads and writes them strictly.
type State struct {
	Version   int      `yaml:"version"`
	Settings  Settings `yaml:"settings,omitempty"`
	Sealing   Sealing  `yaml:"sealing"`
	TrustRoot string   `yaml:"trust_root,omitempty"` // PEM bundle; makes the file a rehearsal
	// Intermediates are authorities (PEM) that imports were given with --chain, and needed: those that neither this
	// program nor TrustRoot knows. None is ever an anchor.
	Intermediates string  `yaml:"intermediates,omitempty"`
	Vendor        Vendor  `yaml:"vendor,omitempty"`
	Tokens        []Token `yaml:"tokens,omitempty"`
	// Servers are MDM servers, by name, that profiles may be linked with.
	Servers map[string]*Server `yaml:"servers,omitempty"`
	// Reminded is what was told of the vendor certificate and of tokens, see [Profile.Reminded].
	Reminded []Reminded          `yaml:"reminded,omitempty"`
	Profiles map[string]*Profile `yaml:"profiles,omitempty"`
	// Unread are the names of further profiles, where one alone was asked for: those that have
	// no topic and no key of it. Such a state serves questions about that profile.
	Unread []string `yaml:"-"`
}

// Settings are the file's values for what flags and variables may override.
type Settings struct {
	Organization string  `yaml:"organization,omitempty"`
	AppleAccount string  `yaml:"apple_account,omitempty"`
	Email        string  `yaml:"email,omitempty"`
	Country      string  `yaml:"country,omitempty"` // two capital letters
	PortalURL    string  `yaml:"portal_url,omitempty"`
	WarnDays     *int    `yaml:"warn_days,omitempty"`
	CriticalDays *int    `yaml:"critical_days,omitempty"`
	MDMCert      MDMCert `yaml:"mdmcert,omitempty"`
	Notify       Notify  `yaml:"notify,omitempty"`
}

// MDMCert are the settings of csr --via mdmcert.download.
type MDMCert struct {
	Account string `yaml:"account,omitempty"` // the address that is registered there, which the answer goes to
	Key     string `yaml:"key,omitempty"`     // a reference to the client program's key, or sealed
	URL     string `yaml:"url,omitempty"`
}

// Sealing says to whom private keys are sealed (age, https://age-encryption.org/v1).
type Sealing struct {
	// Recipient is the public half of the file's own identity: X25519, or a hybrid of it and ML-KEM.
	Recipient string `yaml:"recipient"`
	// Identity is that identity, itself sealed with the passphrase (armored).
	Identity string `yaml:"identity,omitempty"`
	// UnsealedIdentity is that identity in clear: what --no-passphrase asked for.
	UnsealedIdentity string `yaml:"unsealed_identity,omitempty"`
	// Recipients are further age, age plugin or SSH public keys, so that a team can share the file.
	Recipients []string `yaml:"recipients,omitempty"`
	// RecipientsMAC vouches for all of these. Its key derives from the file's own identity, so that
	// whoever can only write the file cannot make one.
	RecipientsMAC string `yaml:"recipients_mac,omitempty"`
	// FirstRecipient is the recipient that the file began with, once a new passphrase has made another one.
	// Nothing is sealed to it: calendars know the file by it.
	FirstRecipient string `yaml:"first_recipient,omitempty"`
}

// Origin tells the file from all others, whatever its passphrase is by now.
func (s Sealing) Origin() string { return cmp.Or(s.FirstRecipient, s.Recipient) }

// Key is a private key at rest. The public key stands in clear beside it, so that
// a certificate finds its key without anything being unsealed.
type Key struct {
	Public    string    `yaml:"public"` // base64 of the SubjectPublicKeyInfo (RFC 5280, 4.1.2.7)
	Sealed    string    `yaml:"sealed"` // armored age file around PKCS #8 DER
	CreatedAt time.Time `yaml:"created_at"`
	// Partly says that it was sealed while nobody could vouch for the further recipients, so that
	// they have to wait for it until the file's own identity is opened.
	Partly bool `yaml:"partly_sealed,omitempty"`
}

// Pending is a private key whose request is out.
type Pending struct {
	Key       Key       `yaml:"key"`
	CSR       string    `yaml:"csr"` // PEM
	CreatedAt time.Time `yaml:"created_at"`
	// VendorSerial is the hexadecimal serial of the vendor certificate that signed
	// the latest request; empty while the CSR went out unsigned.
	VendorSerial string `yaml:"vendor_serial,omitempty"`
	// Vendor is that certificate's organisation, as the portal lists it.
	Vendor string `yaml:"vendor,omitempty"`
	// Exchange is there once mdmcert.download was asked to sign the request.
	Exchange *Exchange `yaml:"exchange,omitempty"`
}

// Exchange is the key pair that an answer of mdmcert.download is encrypted to.
type Exchange struct {
	Certificate string `yaml:"certificate"` // self-signed, PEM
	Key         Key    `yaml:"key"`
}

// Held is a registered certificate.
type Held struct {
	PEM string `yaml:"pem"` // the leaf alone
	// Key is nil for a certificate whose key lives elsewhere (--certificate-only).
	Key        *Key      `yaml:"key,omitempty"`
	ImportedAt time.Time `yaml:"imported_at"`
	ImportedBy string    `yaml:"imported_by,omitempty"`
	Vendor     string    `yaml:"vendor,omitempty"`
	// TestedAt is when APNs took a test push with it, when its server, which alone has the key, was seen to use
	// it, or when somebody said that a device answered.
	TestedAt *time.Time `yaml:"tested_at,omitempty"`
}

// Profile is one managed push certificate with its memo and history.
type Profile struct {
	AppleAccount string `yaml:"apple_account,omitempty"`
	Email        string `yaml:"email,omitempty"`
	Country      string `yaml:"country,omitempty"`
	// WarnDays and CriticalDays, where they are there, go before the file's settings.
	WarnDays     *int   `yaml:"warn_days,omitempty"`
	CriticalDays *int   `yaml:"critical_days,omitempty"`
	Remarks      string `yaml:"remarks,omitempty"`
	AcquiredOn   string `yaml:"acquired_on,omitempty"` // YYYY-MM-DD
	// ExpectTopic is the topic that a person named (--expect-topic).
	ExpectTopic string `yaml:"expect_topic,omitempty"`
	// First says that, in a person's words, no device was ever enrolled (--first): then a
	// new topic harms nobody.
	First bool `yaml:"first,omitempty"`
	// Refused is the first certificate that was refused while no topic was known.
	Refused *Refused `yaml:"refused,omitempty"`
	// Shared says that the owner allowed this certificate or topic to stand in
	// other profiles too (--allow-shared).
	Shared bool `yaml:"shared,omitempty"`
	// Server is the name of the server that uses the certificate, and Fetched the open request
	// that it made.
	Server      string         `yaml:"server,omitempty"`
	Fetched     *Fetched       `yaml:"fetched,omitempty"`
	Notify      *ProfileNotify `yaml:"notify,omitempty"`
	Certificate *Held          `yaml:"certificate,omitempty"`
	Pending     []Pending      `yaml:"pending,omitempty"`  // newest last
	Keys        []Key          `yaml:"keys,omitempty"`     // archived, newest last
	History     []Event        `yaml:"history,omitempty"`  // oldest first
	Reminded    []Reminded     `yaml:"reminded,omitempty"` // who was told, see remind
}

// Vendor holds the identities that sign requests. Two may overlap in their last weeks.
type Vendor struct {
	Identities []VendorIdentity `yaml:"identities,omitempty"` // newest last
	Pending    []Pending        `yaml:"pending,omitempty"`
	Keys       []Key            `yaml:"keys,omitempty"` // archived
}

// VendorIdentity is an Apple "MDM CSR" certificate with its key.
type VendorIdentity struct {
	PEM        string    `yaml:"pem"`             // the leaf alone
	Chain      string    `yaml:"chain,omitempty"` // intermediates that came with it, PEM
	Key        Key       `yaml:"key"`
	ImportedAt time.Time `yaml:"imported_at"`
	ImportedBy string    `yaml:"imported_by,omitempty"`
}

// Trust is who may issue certificates: the file's own trust root, else Apple, and the intermediates that it keeps.
// A text of these that holds no certificate is a state-damaged problem. Without a file (nil) it is Apple.
func (s *State) Trust() (trust *pushcert.Trust, err error) {
	trust = pushcert.Apple()
	if s == nil {
		return trust, nil
	}
	if s.TrustRoot != "" {
		if trust, err = pushcert.NewTrust([]byte(s.TrustRoot)); err != nil {
			return nil, damagedAuthorities("trust_root", err)
		}
	}
	if s.Intermediates != "" {
		if trust, err = trust.With([]byte(s.Intermediates)); err != nil {
			return nil, damagedAuthorities("intermediates", err)
		}
	}
	return trust, nil
}

func damagedAuthorities(key string, cause error) error {
	return problem.Say(problem.StateDamaged, "certificate", problem.Params{"owner": key}).Because(cause)
}

// KeepIssuers keeps the intermediates that t was given besides and that c needs to be verified: what was registered
// with them has to verify without them, too. It returns the names of those that were not kept before.
func (s *State) KeepIssuers(c *pushcert.Certificate, t *pushcert.Trust) (kept []string) {
	for _, issuer := range t.Given(c) {
		if text := string(issuer.PEM()); !strings.Contains(s.Intermediates, text) {
			s.Intermediates += text
			kept = append(kept, issuer.CN())
		}
	}
	return kept
}

// keys lists every key of a profile, the likeliest for a new certificate first:
// pending (newest first), current, archived.
func (p *Profile) keys() []Key {
	var keys []Key
	for _, pending := range slices.Backward(p.Pending) {
		keys = append(keys, pending.Key)
	}
	if p.Certificate != nil && p.Certificate.Key != nil {
		keys = append(keys, *p.Certificate.Key)
	}
	for _, k := range slices.Backward(p.Keys) {
		keys = append(keys, k)
	}
	return keys
}

// KeyFor returns the profile's private key for a public key.
func (p *Profile) KeyFor(public string) (Key, bool) { return find(p.keys(), public) }

func find(keys []Key, public string) (Key, bool) {
	for _, k := range keys {
		if k.Public == public {
			return k, true
		}
	}
	return Key{}, false
}

// HolderOf names the profile that holds the private key of a public key; the first
// by name, since profiles may share one.
func (s *State) HolderOf(public string) (string, bool) {
	for _, name := range s.read() {
		if _, ok := s.Profiles[name].KeyFor(public); ok {
			return name, true
		}
	}
	return "", false
}

// IsOpen tells whether a request for that public key is out.
func (p *Profile) IsOpen(public string) bool {
	return slices.ContainsFunc(p.Pending, func(open Pending) bool { return open.Key.Public == public })
}

// archive puts a key away where it can still be found. No key is ever dropped.
func (p *Profile) archive(k Key) {
	if _, known := find(p.Keys, k.Public); !known {
		p.Keys = append(p.Keys, k)
	}
}

// closeRequests ends all requests: the keys move to the archive, so that the next
// request makes a new one and a late certificate still finds its own.
func (p *Profile) closeRequests() {
	for _, pending := range p.Pending {
		p.archive(pending.Key)
		if pending.Exchange != nil {
			p.archive(pending.Exchange.Key)
		}
	}
	p.Pending, p.Fetched = nil, nil
}
