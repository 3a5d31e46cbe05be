package lifecycle

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// A request is made once and given again until a new key is wanted; where none could be made, nothing
// is left behind. It is the same for a profile and for the vendor.
func TestARequestIsTheSameUntilAnotherIsWanted(t *testing.T) {
	failure := errors.New("no randomness")
	var s State
	made := 0
	fresh := func() (Key, *pushcert.CSR, error) { made++; return sealed(t, made), csrOf(t, made), nil }
	fails := func() (Key, *pushcert.CSR, error) { return Key{}, nil, failure }
	for name, open := range map[string]func(newKey bool, with func() (Key, *pushcert.CSR, error)) (*Pending, bool, error){
		"vendor": func(newKey bool, with func() (Key, *pushcert.CSR, error)) (*Pending, bool, error) {
			return s.Vendor.Request(newKey, now, with)
		},
		"profile": func(newKey bool, with func() (Key, *pushcert.CSR, error)) (*Pending, bool, error) {
			p, reused, _, err := s.Request(RequestOptions{Profile: "a", NewKey: newKey, Now: now}, func(*Profile) (Key, *pushcert.CSR, error) { return with() })
			return p, reused, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			made = 0
			if p, _, err := open(false, fails); p != nil || !errors.Is(err, failure) {
				t.Fatalf("got %v, %v", p, err)
			}
			steps := []struct {
				newKey, reused bool
				key            int
			}{{false, false, 1}, {false, true, 1}, {true, false, 2}, {false, true, 2}}
			for i, step := range steps {
				p, reused, err := open(step.newKey, fresh)
				if err != nil || p == nil || reused != step.reused || p.Key.Public != sealed(t, step.key).Public || !p.CreatedAt.Equal(now) {
					t.Fatalf("step %d: %+v, reused %v, %v", i, p, reused, err)
				}
			}
			if p, _, err := open(true, fails); p != nil || !errors.Is(err, failure) {
				t.Errorf("got %v, %v", p, err)
			}
			if p, reused, err := open(false, fails); err != nil || !reused || p.Key.Public != sealed(t, 2).Public {
				t.Errorf("the failure was kept: %v", err)
			}
		})
	}
}

// Who can write the file, and not open it, could put a CSR of their own beside a key.
func TestARequestIsForTheKeyBesideIt(t *testing.T) {
	for want, csr := range map[string]string{
		"": string(csrOf(t, 1).PEM()), "key-tampered.request": string(csrOf(t, 2).PEM()), "state-damaged.csr": "none",
		"state-damaged.csr ": "-----BEGIN CERTIFICATE REQUEST-----\naGVsbG8=\n-----END CERTIFICATE REQUEST-----\n",
	} {
		open := []Pending{{Key: sealed(t, 1), CSR: csr}}
		s := State{Profiles: map[string]*Profile{"a": {Pending: open}}, Vendor: Vendor{Pending: open}}
		_, _, _, err := s.Request(RequestOptions{Profile: "a", Now: now}, nil)
		_, _, ofVendor := s.Vendor.Request(false, now, nil)
		for _, err := range []error{err, ofVendor} {
			if got := keyOf(err); got != strings.TrimSpace(want) {
				t.Errorf("%q: %s (%v)", want, got, err)
			}
		}
	}
}

// A key that comes later never takes the place of one that is there: the same public key may stand
// beside other bytes, which may not open.
func TestAKeyThatComesLaterReplacesNone(t *testing.T) {
	first, later := sealed(t, 1), sealed(t, 1)
	later.Sealed = "sealed by somebody else"
	p, v := &Profile{Keys: []Key{first}}, &Vendor{Keys: []Key{first}}
	p.archive(later)
	v.archive(later)
	for name, keys := range map[string][]Key{"profile": p.Keys, "vendor": v.Keys} {
		if len(keys) != 1 || keys[0].Sealed != first.Sealed {
			t.Errorf("%s: the archive has %+v", name, keys)
		}
	}
	p.archive(sealed(t, 2))
	v.archive(sealed(t, 2))
	if len(p.Keys) != 2 || len(v.Keys) != 2 {
		t.Error("another key was not kept")
	}

	a := newAuthority(t)
	c := a.issue(t, 1, topicA, now.AddDate(1, 0, 0))
	for name, key := range map[string]*Profile{
		"archived": {Keys: []Key{first}},
		"pending":  {Pending: []Pending{{Key: first}}},
	} {
		s := &State{Version: Version, Profiles: map[string]*Profile{"a": key}}
		mustImport(t, s, Candidate{Certificate: c, Key: &later}, ImportOptions{Terms: a.terms()})
		if held := s.Profiles["a"].Certificate.Key; held.Sealed != first.Sealed {
			t.Errorf("%s: the key that came with the file was taken: %q", name, held.Sealed)
		}
	}
}

// The key that an answer of mdmcert.download is encrypted to is made once for a request, and
// stays when that is used up.
func TestAnExchangeKeyStays(t *testing.T) {
	p := &Profile{Pending: []Pending{{Key: sealed(t, 1)}}}
	failure := errors.New("no entropy")
	if _, err := p.Exchange(func() (*Exchange, error) { return nil, failure }); !errors.Is(err, failure) || p.Pending[0].Exchange != nil {
		t.Errorf("a failure is kept: %v", err)
	}
	for range 2 {
		made, err := p.Exchange(func() (*Exchange, error) { return &Exchange{Key: sealed(t, 2)}, nil })
		if err != nil || made != p.Pending[0].Exchange || made.Key.Public != sealed(t, 2).Public {
			t.Errorf("%+v, %v", made, err)
		}
	}
	first := p.Pending[0].Exchange
	if again, err := p.Exchange(func() (*Exchange, error) { return nil, failure }); again != first || err != nil {
		t.Errorf("made twice: %+v, %v", again, err)
	}
	if _, ok := p.KeyFor(sealed(t, 2).Public); ok {
		t.Error("a certificate could find the key of an exchange")
	}
	if p.Answered(sealed(t, 3).Public, RequestOptions{}, "V", "1") || !p.Answered(sealed(t, 1).Public, RequestOptions{}, "V", "1") || p.Pending[0].Vendor != "V" {
		t.Errorf("answered: %+v", p.Pending[0])
	}
	p.closeRequests()
	if len(p.Keys) != 2 || p.Keys[1].Public != sealed(t, 2).Public {
		t.Errorf("kept are %+v", p.Keys)
	}
}

// By what a profile is compared with others: what it knows now, what it had, and all its keys.
func TestMarksAreEveryTopicAndEveryKey(t *testing.T) {
	a := newAuthority(t)
	s := renewable(t, a)
	p := s.Profiles["a"]
	p.History = append([]Event{{Action: Registered, Topic: topicB}}, p.History...)
	topics, keys, err := p.Marks("a")
	if err != nil || !slices.Equal(topics, []string{topicA, topicB}) {
		t.Errorf("topics %q, %v", topics, err)
	}
	if want := []string{sealed(t, 2).Public, sealed(t, 1).Public}; !slices.Equal(keys, want) {
		t.Errorf("%d keys, want those of the request and of the certificate", len(keys))
	}
	if topics, keys, err := (&Profile{}).Marks("b"); err != nil || len(topics) > 0 || len(keys) > 0 {
		t.Errorf("a profile of nothing: %q, %q, %v", topics, keys, err)
	}
}

// Who signed a request stands in its event; one that goes out once more is an event of its own.
func TestSigned(t *testing.T) {
	s := &State{Version: Version}
	request(t, s, "a", 1, false)
	p := s.Profiles["a"]
	pending, o := &p.Pending[0], RequestOptions{Now: nextDay, Actor: "x"}
	p.Signed(pending, false, o, "Vendor", "01")
	if e := p.History; len(e) != 1 || e[0].Vendor != "Vendor" || e[0].VendorSerial != "01" || pending.VendorSerial != "01" || pending.Vendor != "Vendor" {
		t.Errorf("signed at once: %+v, %+v", e, pending)
	}
	p.Signed(pending, true, o, "Vendor", "01")
	if len(p.History) != 1 {
		t.Error("the same request again is an event")
	}
	p.Signed(pending, true, o, "Other", "02")
	if e := p.History; len(e) != 2 || e[1].Action != Requested || e[1].Vendor != "Other" || e[1].By != "x" || !e[1].At.Equal(nextDay) || e[0].Vendor != "Vendor" || pending.VendorSerial != "02" {
		t.Errorf("signed by another: %+v, %+v", e, pending)
	}
}
