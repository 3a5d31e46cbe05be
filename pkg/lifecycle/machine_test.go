package lifecycle

import (
	"testing"
	"time"
)

// machine plays random transitions and watches what must never happen.
type machine struct {
	t     *testing.T
	a     *authority
	s     *State
	now   time.Time
	topic string          // of the certificate held; empty without one
	keys  map[string]bool // every key that the state was ever given
}

func newMachine(t *testing.T, a *authority) *machine {
	t.Helper()
	return &machine{t: t, a: a, s: &State{Version: Version}, now: now, keys: map[string]bool{}}
}

// step plays one transition, chosen by a byte.
func (m *machine) step(b byte) {
	key, topic := 1+int(b>>3)%5, []string{topicA, topicB}[b>>7]
	switch b % 4 {
	case 0:
		request(m.t, m.s, "p", key, b&4 != 0)
		for _, p := range m.s.Profiles["p"].Pending {
			m.keys[p.Key.Public] = true
		}
	case 1, 2:
		m.importOne(key, topic, b&4 != 0)
	case 3:
		if b&4 != 0 {
			m.rollback()
			break
		}
		m.remove()
	}
	m.check()
	m.now = m.now.Add(time.Hour)
}

func (m *machine) importOne(key int, topic string, bring bool) {
	c := Candidate{Certificate: m.a.issue(m.t, key, topic, m.now.AddDate(1, 0, 0))}
	if bring {
		c.Key = new(sealed(m.t, key))
	}
	terms := m.a.terms()
	terms.Now = m.now
	before := snapshot(m.t, m.s)
	out, err := m.s.Import(c, ImportOptions{Terms: terms, Profile: "p"})
	if err != nil {
		if snapshot(m.t, m.s) != before {
			m.t.Fatalf("a refused import (%v) changed the state", err)
		}
		return
	}
	if m.topic != "" && m.topic != topic {
		m.t.Fatalf("the topic went from %s to %s without being accepted", m.topic, topic)
	}
	m.topic = topic
	if held := m.s.Profiles["p"].Certificate; held.Key == nil || held.Key.Public != c.Certificate.PublicKey() {
		m.t.Fatalf("%s with a key that is not the certificate's", out.Action)
	}
	m.keys[c.Certificate.PublicKey()] = true
}

func (m *machine) remove() {
	before := snapshot(m.t, m.s)
	if err := m.s.Delete("p", "", false, m.now); err != nil {
		if snapshot(m.t, m.s) != before {
			m.t.Fatal("a refused delete changed the state")
		}
		return
	}
	m.topic = ""
}

func (m *machine) rollback() {
	terms := m.a.terms()
	terms.Now = m.now
	before := snapshot(m.t, m.s)
	out, err := m.s.Rollback(RollbackOptions{Terms: terms, Profile: "p"})
	if err != nil {
		if snapshot(m.t, m.s) != before {
			m.t.Fatalf("a refused rollback (%v) changed the state", err)
		}
		return
	}
	p := m.s.Profiles["p"]
	known, err := p.KnownTopic("p")
	if err != nil || known != (KnownTopic{out.Certificate.Topic(), TopicStored}) || p.Certificate.Key == nil {
		m.t.Fatalf("after a rollback %+v is known (%v), key: %v", known, err, p.Certificate.Key != nil)
	}
	m.topic = known.Topic
	if again, err := p.PutAway("p", ""); out.Previous != nil && (err != nil || again.SHA256() != out.Previous.SHA256()) {
		m.t.Fatal("a second rollback does not undo the first")
	}
}

// check holds the state against the invariants.
func (m *machine) check() {
	p := m.s.Profiles["p"]
	if p == nil {
		return // nothing was ever accepted
	}
	for public := range m.keys {
		if _, ok := p.KeyFor(public); !ok {
			m.t.Fatal("a private key was dropped")
		}
	}
	seen := map[string]bool{}
	for _, k := range p.Keys {
		if seen[k.Public] {
			m.t.Fatal("a key is archived twice")
		}
		seen[k.Public] = true
	}
}

func TestRandomLives(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	for seed := range byte(20) {
		m := newMachine(t, a)
		for i := range 40 {
			m.step(byte(i)*73 ^ seed*151 ^ byte(i*i)*29)
		}
	}
}

func FuzzLife(f *testing.F) {
	a := newAuthority(f)
	f.Add([]byte{0x08, 0x09, 0x14, 0x91, 0x03, 0x89})
	f.Add([]byte{0x08, 0x14, 0x09, 0x11, 0x0d})
	f.Fuzz(func(t *testing.T, steps []byte) {
		m := newMachine(t, a)
		for _, b := range steps[:min(len(steps), 32)] {
			m.step(b)
		}
	})
}
