package command_test

import (
	"os"
	"path"
	"path/filepath"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// corpusConfigs makes the config files of the corpus. They differ from the first, in
// which nothing is wrong, by what their names say.
type corpusConfigs struct {
	t       *testing.T
	sealing lifecycle.Sealing
	seal    signing.Seal
	sealed  map[string]lifecycle.Key // by public key
}

// newCorpusConfigs keeps the identity and the sealed keys that are there, so that an update
// changes what has changed and no more.
func newCorpusConfigs(t *testing.T) corpusConfigs {
	t.Helper()
	g := corpusConfigs{t: t, sealed: map[string]lifecycle.Key{}}
	var err error
	if text, missing := os.ReadFile(filepath.Join(corpusFolder, "state", "acme.yaml")); missing == nil {
		old, err := state.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		g.sealing = old.Sealing
		p := old.Profiles["acme"]
		for _, k := range []lifecycle.Key{*p.Certificate.Key, p.Pending[0].Key, old.Vendor.Identities[0].Key} {
			g.sealed[k.Public] = k
		}
	} else if g.sealing, err = signing.NewUnsealed(); err != nil {
		t.Fatal(err)
	}
	if g.seal, err = signing.To(g.sealing, issued()); err != nil {
		t.Fatal(err)
	}
	return g
}

// TestCorpusConfigs writes the config files under -update, and demands that each is there
// and whole.
func TestCorpusConfigs(t *testing.T) {
	const head = "# Test data: the keys in this file guard nothing. Made by a test, see ../README.md.\n\n"
	g := newCorpusConfigs(t)
	for name, change := range g.changes() {
		file := filepath.Join(corpusFolder, "state", name+".yaml")
		if updating() {
			st := g.acme()
			change(st, st.Profiles["acme"])
			text, err := state.Encode(nil, st)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := os.WriteFile(file, append([]byte(head), text...), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := state.Decode(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// changes are the config files by name.
func (g corpusConfigs) changes() map[string]func(*lifecycle.State, *lifecycle.Profile) {
	return map[string]func(*lifecycle.State, *lifecycle.Profile){
		"acme":  func(*lifecycle.State, *lifecycle.Profile) {},
		"empty": func(s *lifecycle.State, _ *lifecycle.Profile) { s.Vendor, s.Profiles = lifecycle.Vendor{}, nil },
		"expired": func(_ *lifecycle.State, p *lifecycle.Profile) {
			p.Certificate = g.held("certificate/mdm-push-expired.pem", "customer")
		},
		"certificate-missing": func(_ *lifecycle.State, p *lifecycle.Profile) { p.Certificate, p.Pending = nil, nil },
		"certificate-pending": func(_ *lifecycle.State, p *lifecycle.Profile) { p.Certificate = nil },
		"duplicate-certificate": func(s *lifecycle.State, p *lifecycle.Profile) {
			s.Profiles["beta"] = &lifecycle.Profile{AppleAccount: p.AppleAccount, Certificate: p.Certificate}
		},
		"duplicate-topic": func(s *lifecycle.State, p *lifecycle.Profile) {
			s.Profiles["beta"] = &lifecycle.Profile{AppleAccount: p.AppleAccount, Certificate: g.held("certificate/renewed.pem", "renewal")}
			p.Pending, s.Vendor = nil, lifecycle.Vendor{}
		},
		"expect-topic": func(_ *lifecycle.State, p *lifecycle.Profile) {
			p.Certificate, p.ExpectTopic = nil, g.certificate("certificate/created.pem").Topic()
		},
		"key-elsewhere": func(_ *lifecycle.State, p *lifecycle.Profile) { p.Certificate.Key, p.Pending = nil, nil },
		"key-mismatch":  func(_ *lifecycle.State, p *lifecycle.Profile) { p.Certificate.Key = new(g.key("vendor")) },
		"mdmcert-answer": func(_ *lifecycle.State, p *lifecycle.Profile) {
			p.Pending[0].Exchange = &lifecycle.Exchange{
				Certificate: string(g.certificate("mdmcert/encryption-certificate.pem").PEM()), Key: g.key("vendor"),
			}
		},
		"no-apple-account": func(_ *lifecycle.State, p *lifecycle.Profile) {
			p.AppleAccount = ""
		},
		"request-stale": func(_ *lifecycle.State, p *lifecycle.Profile) {
			p.Pending[0].CreatedAt = corpusNow().AddDate(0, 0, -lifecycle.StaleAfterDays)
		},
		"several": func(s *lifecycle.State, p *lifecycle.Profile) {
			s.Profiles["beta"] = &lifecycle.Profile{AppleAccount: p.AppleAccount, Pending: p.Pending}
			p.Pending = nil
		},
		"tokens-end": func(s *lifecycle.State, _ *lifecycle.Profile) {
			s.Tokens = []lifecycle.Token{
				{Kind: lifecycle.KindADEToken, Name: "Head office", NotAfter: corpusNow().AddDate(0, 0, -1), ImportedAt: issued()},
				{Kind: lifecycle.KindContentToken, Name: "Tokyo", NotAfter: corpusNow().AddDate(0, 0, 30), ImportedAt: issued()},
			}
		},
		"vendor-ends": func(s *lifecycle.State, _ *lifecycle.Profile) { s.Vendor = g.vendor("certificate/mdm-vendor-ends.pem") },
		"vendor-expired": func(s *lifecycle.State, _ *lifecycle.Profile) {
			s.Vendor = g.vendor("certificate/mdm-vendor-expired.pem")
		},
	}
}

// acme has one profile with a certificate, whose renewal was requested two days ago.
func (g corpusConfigs) acme() *lifecycle.State {
	return &lifecycle.State{
		Version: lifecycle.Version, Sealing: g.sealing, Vendor: g.vendor("certificate/mdm-vendor.pem"),
		Profiles: map[string]*lifecycle.Profile{"acme": {
			AppleAccount: "mdm@example.com",
			Certificate:  g.held("certificate/mdm-push.pem", "customer"),
			Pending: []lifecycle.Pending{{
				Key: g.key("renewal"), CSR: string(g.read("request/one-line.b64").Request.CSR.PEM()),
				CreatedAt: corpusNow().AddDate(0, 0, -2),
			}},
		}},
	}
}

func (g corpusConfigs) vendor(file string) lifecycle.Vendor {
	return lifecycle.Vendor{Identities: []lifecycle.VendorIdentity{{
		PEM: string(g.certificate(file).PEM()), Key: g.key("vendor"), ImportedAt: issued(),
	}}}
}

func (g corpusConfigs) held(file, key string) *lifecycle.Held {
	return &lifecycle.Held{PEM: string(g.certificate(file).PEM()), Key: new(g.key(key)), ImportedAt: issued()}
}

// key is a private key of the corpus, sealed to an identity that lies open beside it.
func (g corpusConfigs) key(name string) lifecycle.Key {
	g.t.Helper()
	k := g.read(path.Join("key", name+".pem")).Keys[0]
	if sealed, ok := g.sealed[k.PublicKey()]; ok {
		return sealed
	}
	key, err := g.seal(k.Signer)
	if err != nil {
		g.t.Fatal(err)
	}
	return key
}

func (g corpusConfigs) certificate(file string) *pushcert.Certificate {
	g.t.Helper()
	return g.read(file).Leaf()
}

func (g corpusConfigs) read(file string) *pushcert.File {
	g.t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusFolder, filepath.FromSlash(file)))
	if err != nil {
		g.t.Fatal(err)
	}
	read, err := pushcert.Read(file, data, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	return read
}

// issued is when the certificates of the corpus begin.
func issued() time.Time { return time.Date(2026, time.March, 1, 10, 0, 0, 0, time.UTC) }
