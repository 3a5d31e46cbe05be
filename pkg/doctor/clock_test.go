package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestClock(t *testing.T) {
	now := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	leaf := func(from, to int) *x509.Certificate {
		return &x509.Certificate{NotBefore: now.AddDate(0, 0, from), NotAfter: now.AddDate(0, 0, to)}
	}
	for _, row := range []struct {
		name string
		e    clockEvidence
		want string
		exit problem.Exit
	}{
		{"right", clockEvidence{date: now}, "ok clock.date", 0},
		{"a minute ahead", clockEvidence{date: now.Add(-time.Minute)}, "ok clock.date", 0},
		{"more than a minute ahead", clockEvidence{date: now.Add(-61 * time.Second)}, "warning clock.date !clock.off", 0},
		{"more than a minute behind", clockEvidence{date: now.Add(61 * time.Second)}, "warning clock.date !clock.off", 0},
		{"five minutes behind", clockEvidence{date: now.Add(5 * time.Minute)}, "warning clock.date !clock.off", 0},
		{"a year behind", clockEvidence{date: now.AddDate(1, 0, 0)}, "critical clock.date !clock.off", 3},
		{"the portal is believed before the file", clockEvidence{date: now, newest: now.AddDate(1, 0, 0)}, "ok clock.date", 0},
		{"nothing to compare with", clockEvidence{}, "skipped clock.nothing", 0},
		{"nothing reached, and nothing to compare with", clockEvidence{unreached: true}, "skipped clock.nothing-unreached", 0},
		{"not reached, and nothing speaks against it", clockEvidence{unreached: true, newest: now}, "ok clock.rough-unreached clock.newest", 0},
		{"nothing speaks against it", clockEvidence{newest: now, leaf: leaf(-1, 1)}, "ok clock.rough clock.newest clock.leaf", 0},
		{"an entry from two minutes ahead", clockEvidence{newest: now.Add(2 * time.Minute)}, "warning clock.rough clock.newest !clock.behind", 0},
		{"an entry from the future", clockEvidence{newest: now.Add(time.Hour)}, "critical clock.rough clock.newest !clock.behind", 3},
		{"a certificate of the past", clockEvidence{leaf: leaf(-2, -1)}, "warning clock.rough clock.leaf !clock.outside", 0},
		{"a certificate of the future", clockEvidence{leaf: leaf(1, 2)}, "warning clock.rough clock.leaf !clock.outside", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.e.now, row.e.portal, row.e.system = now, "portal.example", "linux"
			wantCheck(t, clockCheck(row.e), row.want, row.exit)
		})
	}
	commands := map[string]bool{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		commands[setClock(system)] = true
	}
	if len(commands) != 3 {
		t.Errorf("got %v", commands)
	}
}

func TestNewestEntry(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, time.March, day, 0, 0, 0, 0, time.UTC) }
	s := &lifecycle.State{}
	if !newestEntry(s).IsZero() {
		t.Error("an empty file has a newest entry")
	}
	s.Profiles = map[string]*lifecycle.Profile{"a": {}}
	for day, add := range map[int]func(time.Time){
		1: func(at time.Time) { s.Profiles["a"].Certificate = &lifecycle.Held{ImportedAt: at} },
		2: func(at time.Time) { s.Profiles["a"].Pending = []lifecycle.Pending{{CreatedAt: at}} },
		3: func(at time.Time) { s.Profiles["a"].History = []lifecycle.Event{{At: at}} },
		4: func(at time.Time) { s.Vendor.Identities = []lifecycle.VendorIdentity{{ImportedAt: at}} },
		5: func(at time.Time) { s.Vendor.Pending = []lifecycle.Pending{{CreatedAt: at}} },
	} {
		add(at(day))
		if got := newestEntry(s); got.Before(at(day)) {
			t.Errorf("the entry of day %d is not seen: %v", day, got)
		}
	}
}

// A machine whose clock is wrong must still hear the time, and only from the portal.
func TestTheTimeIsHeardWhateverTheClockSays(t *testing.T) {
	outdated := func(name string) *x509.Certificate {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
			NotBefore: time.Date(2001, time.March, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2002, time.March, 1, 0, 0, 0, 0, time.UTC),
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return leaf
	}
	portal, other, stranger := outdated("portal.example"), outdated("other.example"), outdated("portal.example")
	roots := x509.NewCertPool()
	roots.AddCert(portal)
	roots.AddCert(other)
	for name, row := range map[string]struct {
		leaf *x509.Certificate
		good bool
	}{
		"the portal, years out of date": {portal, true},
		"another host":                  {other, false},
		"an unknown authority":          {stranger, false},
	} {
		err := timelessTLS(roots).VerifyConnection(tls.ConnectionState{ServerName: "portal.example", PeerCertificates: []*x509.Certificate{row.leaf}})
		if (err == nil) != row.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}
