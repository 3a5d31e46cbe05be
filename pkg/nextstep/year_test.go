package nextstep

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// certificate is one of a topic that ends on a day.
func certificate(t *testing.T, topic string, ends time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	uid := asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1} // RFC 4519, section 2.39
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: ends.AddDate(-1, 0, 0), NotAfter: ends,
		Subject: pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{{Type: uid, Value: topic}}},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestYear(t *testing.T) {
	const topic = "com.apple.mgmt.External.00000000-0000-4000-8000-000000000000"
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	held := func(ends, imported int) *lifecycle.Held {
		return &lifecycle.Held{PEM: certificate(t, topic, day(ends)), Key: &lifecycle.Key{}, ImportedAt: day(imported)}
	}
	event := func(action lifecycle.Action, at int) lifecycle.Event {
		return lifecycle.Event{Action: action, At: day(at), Topic: topic}
	}
	open := []lifecycle.Pending{{}}
	tested := held(364, -2)
	tested.TestedAt = new(day(-1))
	for _, row := range []struct {
		name string
		p    *lifecycle.Profile
		kind Case
		step Step
	}{
		{"a profile to be", nil, First, Request},
		{"nothing is known", &lifecycle.Profile{}, First, Request},
		{"the first request is open", &lifecycle.Profile{Pending: open}, First, Portal},
		{"a topic was named", &lifecycle.Profile{ExpectTopic: topic}, Renewal, Request},
		{"due", &lifecycle.Profile{Certificate: held(20, -345)}, Renewal, Request},
		{"due on its last day", &lifecycle.Profile{Certificate: held(0, -365)}, Renewal, Request},
		{"due at the threshold", &lifecycle.Profile{Certificate: held(60, -305)}, Renewal, Request},
		{"not due yet", &lifecycle.Profile{Certificate: held(62, -305)}, Renewal, Done},
		{"expired", &lifecycle.Profile{Certificate: held(-1, -366)}, Expired, Request},
		{"expired, and the request is open", &lifecycle.Profile{Certificate: held(-1, -366), Pending: open}, Expired, Portal},
		{"the request of a renewal is open", &lifecycle.Profile{Certificate: held(20, -345), Pending: open}, Renewal, Portal},
		{
			"registered for the first time",
			&lifecycle.Profile{Certificate: held(364, -1), History: []lifecycle.Event{event(lifecycle.Registered, -1)}},
			First, Deliver,
		},
		{
			"deleted, and registered again with its topic",
			&lifecycle.Profile{Certificate: held(364, -1), History: []lifecycle.Event{event(lifecycle.Registered, -366), event(lifecycle.Deleted, -9), event(lifecycle.Registered, -1)}},
			Renewal, Deliver,
		},
		{
			"renewed",
			&lifecycle.Profile{Certificate: held(364, -1), History: []lifecycle.Event{event(lifecycle.Registered, -366), event(lifecycle.Renewed, -1)}},
			Renewal, Deliver,
		},
		{
			"another topic was accepted",
			&lifecycle.Profile{Certificate: held(364, -1), History: []lifecycle.Event{event(lifecycle.Replaced, -1), event(lifecycle.Noted, 0)}},
			OtherTopic, Deliver,
		},
		{
			"exported since",
			&lifecycle.Profile{Certificate: held(364, -2), History: []lifecycle.Event{event(lifecycle.Renewed, -2), event("exported", -1)}},
			Renewal, Test,
		},
		{
			"exported before",
			&lifecycle.Profile{Certificate: held(364, -1), History: []lifecycle.Event{event("exported", -3), event(lifecycle.Renewed, -1)}},
			Renewal, Deliver,
		},
		{"tested, wherever it was delivered", &lifecycle.Profile{Certificate: tested, History: []lifecycle.Event{event(lifecycle.Renewed, -2)}}, Renewal, Done},
		{"long ago", &lifecycle.Profile{Certificate: held(300, -65)}, Renewal, Done},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := Situation{State: file(map[string]*lifecycle.Profile{"a": row.p}), Now: now}
			y, err := s.Year("a", 60)
			if err != nil || y.Case != row.kind || y.Step != row.step {
				t.Errorf("got %s, %s (%v), want %s, %s", y.Case, y.Step, err, row.kind, row.step)
			}
		})
	}
	damaged := Situation{State: file(map[string]*lifecycle.Profile{"a": {Certificate: &lifecycle.Held{PEM: "x"}}}), Now: now}
	if y, err := damaged.Year("a", 60); err == nil {
		t.Errorf("a damaged certificate: %+v", y)
	}
}

// Whatever the warning days are, a certificate that has just been taken is no reason to begin again: no newer
// one lasts longer.
func TestYearJustTaken(t *testing.T) {
	const topic = "com.apple.mgmt.External.00000000-0000-4000-8000-000000000000"
	day := func(n int) time.Time { return now.AddDate(0, 0, n) }
	for _, row := range []struct {
		name                     string
		ends, imported, warnDays int
		step                     Step
	}{
		{"renewed today", 364, 0, 400, Deliver},
		{"for a warning as long as its life", 364, -1, 364, Deliver},
		{"taken weeks after it was issued", 300, -1, 9999, Deliver},
		{"the server's own, which ends soon", 40, -1, 400, Request},
		{"half its life is over", 182, -1, 400, Request},
		{"taken long ago", 300, -60, 400, Request},
		{"ended", -1, -1, 400, Request},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := &lifecycle.Profile{Certificate: &lifecycle.Held{PEM: certificate(t, topic, day(row.ends)), Key: &lifecycle.Key{}, ImportedAt: day(row.imported)}}
			s := Situation{State: file(map[string]*lifecycle.Profile{"a": p}), Now: now}
			if y, err := s.Year("a", row.warnDays); err != nil || y.Step != row.step {
				t.Errorf("got %s (%v), want %s", y.Step, err, row.step)
			}
			p.Pending = []lifecycle.Pending{{}}
			if y, err := s.Year("a", row.warnDays); err != nil || y.Step != Portal {
				t.Errorf("with an open request: got %s (%v), want %s", y.Step, err, Portal)
			}
		})
	}
}

func TestProgress(t *testing.T) {
	y := Year{Step: Portal}
	for step, want := range map[Step]Progress{Request: IsDone, Portal: IsNext, Download: IsLater, Done: IsLater} {
		if got := y.Progress(step); got != want {
			t.Errorf("%s: got %s, want %s", step, got, want)
		}
	}
	for _, step := range Steps() {
		if got := (Year{Step: Done}).Progress(step); got != IsDone {
			t.Errorf("%s: got %s", step, got)
		}
	}
}

// Where the key is elsewhere, nothing is pushed from here, and a server that takes keys is given nothing.
func TestYearOfAServer(t *testing.T) {
	const topic = "com.apple.mgmt.External.00000000-0000-4000-8000-000000000000"
	type told struct {
		server, shows string
		elsewhere     bool
	}
	for kind, want := range map[string][2]told{ // with the key here, and without
		"":        {{}, {elsewhere: true}},
		"fleet":   {{"s", "s", true}, {"s", "s", true}},
		"nanomdm": {{"s", "s", false}, {"", "s", true}},
		"zentral": {{"", "s", false}, {"", "s", true}},
		"jamf":    {{}, {elsewhere: true}},
	} {
		for i, key := range []*lifecycle.Key{{}, nil} {
			p := &lifecycle.Profile{Certificate: &lifecycle.Held{PEM: certificate(t, topic, now.AddDate(0, 0, 300)), Key: key, ImportedAt: now}}
			s := Situation{State: file(map[string]*lifecycle.Profile{"a": p}), Now: now}
			if kind != "" {
				p.Server, s.State.Servers = "s", map[string]*lifecycle.Server{"s": {Kind: kind}}
			}
			y, err := s.Year("a", 60)
			if got := (told{y.Server, y.Shows, y.KeyElsewhere}); err != nil || got != want[i] {
				t.Errorf("%q, key %v: got %+v (%v), want %+v", kind, key != nil, got, err, want[i])
			}
		}
	}
}
