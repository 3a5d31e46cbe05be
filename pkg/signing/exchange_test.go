package signing_test

import (
	"crypto/x509"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/smallstep/pkcs7"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// exchanging is a state of two profiles, each with an exchange.
func exchanging(t *testing.T) (*lifecycle.State, *signing.Opener) {
	t.Helper()
	sealing, err := signing.NewUnsealed()
	if err != nil {
		t.Fatal(err)
	}
	seal, err := signing.To(sealing, now)
	if err != nil {
		t.Fatal(err)
	}
	opener, err := signing.Unlock(sealing, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &lifecycle.State{Sealing: sealing, Profiles: map[string]*lifecycle.Profile{}}
	newKey := testkey.InTurn()
	for _, name := range []string{"acme", "beta"} {
		exchange, err := seal.NewExchange(newKey, now)
		if err != nil {
			t.Fatal(err)
		}
		s.Profiles[name] = &lifecycle.Profile{Pending: []lifecycle.Pending{{}, {Exchange: exchange}, {}}}
	}
	return s, opener
}

// answerTo is a text encrypted to a profile's exchange, in hexadecimal digits.
func answerTo(t *testing.T, p *lifecycle.Profile) *pushcert.File {
	t.Helper()
	c, err := p.Pending[1].Exchange.Recipient("acme")
	if err != nil {
		t.Fatal(err)
	}
	der, err := pkcs7.Encrypt([]byte("the request"), []*x509.Certificate{c.X509})
	if err != nil {
		t.Fatal(err)
	}
	file, err := pushcert.Read("", []byte(hex.EncodeToString(der)), nil)
	if err != nil || file.Role != pushcert.RoleMDMCertAnswer {
		t.Fatalf("%+v, %v", file, err)
	}
	return file
}

// An answer finds its profile, whatever else is open; nobody is asked for the passphrase of what is
// not theirs, and every failure is told as what it is.
func TestOpenAnswer(t *testing.T) {
	s, opener := exchanging(t)
	unlock := func() (*signing.Opener, error) { return opener, nil }
	answer := answerTo(t, s.Profiles["beta"])
	profile, request, err := signing.OpenAnswer(s, answer, unlock)
	if profile != "beta" || string(request) != "the request" || err != nil {
		t.Errorf("%q, %q, %v", profile, request, err)
	}
	locked := errors.New("no passphrase")
	if _, _, err := signing.OpenAnswer(s, answer, func() (*signing.Opener, error) { return nil, locked }); !errors.Is(err, locked) {
		t.Errorf("locked: %v", err)
	}
	for name, spoil := range map[string]func(*lifecycle.State){
		"key-missing.answer":        func(s *lifecycle.State) { s.Profiles["beta"].Pending[1].Exchange = nil },
		"state-damaged.certificate": func(s *lifecycle.State) { s.Profiles["acme"].Pending[1].Exchange.Certificate = "none" },
		"key-tampered": func(s *lifecycle.State) {
			s.Profiles["beta"].Pending[1].Exchange.Key.Public = s.Profiles["acme"].Pending[1].Exchange.Key.Public
		},
	} {
		s, opener := exchanging(t)
		asked := false
		_, _, err := signing.OpenAnswer(spoiled(s, spoil), answerTo(t, s.Profiles["beta"]), func() (*signing.Opener, error) { asked = true; return opener, nil })
		if err == nil || problem.Of(err).Key() != name || asked != (name == "key-tampered") {
			t.Errorf("%v (asked: %v), want %s", err, asked, name)
		}
	}
}

// spoiled is a copy in which something is wrong.
func spoiled(s *lifecycle.State, spoil func(*lifecycle.State)) *lifecycle.State {
	c := &lifecycle.State{Sealing: s.Sealing, Profiles: map[string]*lifecycle.Profile{}}
	for name, p := range s.Profiles {
		exchange := *p.Pending[1].Exchange
		c.Profiles[name] = &lifecycle.Profile{Pending: []lifecycle.Pending{{}, {Exchange: &exchange}}}
	}
	spoil(c)
	return c
}

// The certificate is as the other clients make it.
func TestNewExchange(t *testing.T) {
	s, opener := exchanging(t)
	exchange := s.Profiles["acme"].Pending[1].Exchange
	c, err := exchange.Recipient("acme")
	if err != nil {
		t.Fatal(err)
	}
	x := c.X509
	if x.Subject.CommonName != "mdmcert.download" || x.VerifyHostname("mdmcert.download") != nil || x.CheckSignature(x.SignatureAlgorithm, x.RawTBSCertificate, x.Signature) != nil ||
		x.KeyUsage != x509.KeyUsageKeyEncipherment|x509.KeyUsageDigitalSignature || len(x.ExtKeyUsage) != 1 || x.ExtKeyUsage[0] != x509.ExtKeyUsageServerAuth ||
		!x.NotBefore.Equal(now) || !x.NotAfter.Equal(now.AddDate(0, 0, 365)) || x.IsCA {
		t.Errorf("%+v", x)
	}
	if _, err := opener.Open(exchange.Key); err != nil || exchange.Key.Public != c.PublicKey() {
		t.Errorf("the key is not the certificate's (%v)", err)
	}
}
