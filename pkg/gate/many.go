package gate

import (
	"cmp"
	"crypto"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Entry is one of many files, and what came of it.
type Entry struct {
	Name      string
	File      *pushcert.File     // nil where it could not be read
	Candidate *Candidate         // nil for a file without a push certificate
	KeyOnly   bool               // it has keys for other files, and no certificate
	Profile   string             // the one that it is for, as far as that is known
	Err       error              // why it cannot be taken
	Outcome   *lifecycle.Outcome // what its import did
}

// Many are the files of one command, in the order in which they were given. What is wrong with
// one stands in none of the others' way.
type Many []*Entry

// Gather gives every certificate its key, whichever of the files that stands in, and refuses
// what is neither a push certificate nor the key of one. Entries that have an error already
// keep it.
func (m Many) Gather() {
	all := m.pair()
	strays := all.strays()
	for _, e := range m {
		if e.KeyOnly && slices.Contains(strays, e.Name) {
			e.Err = problem.Say(problem.KeyMismatch, "stray", problem.Params{"file": called(e.Name)})
		}
	}
}

// Single tells whether the files are one certificate, with its keys or without, and nothing speaks against any.
func (m Many) Single() bool { return len(m.Certified()) == 1 && len(m.Refused()) == 0 }

// pair gives every certificate its key.
func (m Many) pair() files {
	var all files
	var certificates []*Entry
	for _, e := range m {
		if e.Err != nil {
			continue
		}
		before := len(all.certificates)
		if e.Err = all.add(e.Name, e.File); e.Err != nil {
			continue
		}
		e.KeyOnly = len(all.certificates) == before
		if !e.KeyOnly {
			certificates = append(certificates, e)
		}
	}
	for i, e := range certificates {
		all.certificates[i].Key = all.keyFor(all.certificates[i])
		e.Candidate = &all.certificates[i]
	}
	return all
}

// Register takes all certificates over that can be, the oldest first: of two for one profile the
// later one is the renewal. Why one cannot be taken stands in its entry; the error is one of the
// state itself.
func (m Many) Register(s *lifecycle.State, seal func(crypto.Signer) (lifecycle.Key, error), rules lifecycle.ImportOptions, from Naming) error {
	ledger, err := s.Ledger()
	if err != nil {
		return err
	}
	rules.Ledger = ledger
	m.Choose(s, rules, from)
	m.name(s, rules, from)
	m.rivals(s, rules)
	for _, e := range m.byAge() {
		own, err := e.rules(s, rules, m.keyFile(e))
		if err == nil {
			e.Outcome, err = Register(s, *e.Candidate, seal, own)
		}
		if e.Err = err; e.Outcome != nil {
			e.Profile = e.Outcome.Profile
		}
	}
	m.supersede(s, rules)
	return nil
}

// rivals refuses certificates of one profile whose topics differ, where nothing tells on which of them its devices
// listen: the order in which they were given must not.
func (m Many) rivals(s *lifecycle.State, rules lifecycle.ImportOptions) {
	if rules.ExpectTopic != "" {
		return
	}
	first := map[string]*Entry{}
	for _, e := range m.byAge() {
		name := cmp.Or(rules.Profile, e.Profile)
		if claimant, claimed := rules.Ledger.Claimant(e.Candidate.Certificate); claimed {
			name = claimant
		} else if e.Candidate.Key == nil && !rules.CertificateOnly {
			continue // nobody has its key, so that it is refused anyhow
		}
		if name == "" || rules.Profile != "" && name != rules.Profile || knowsTopic(s, name) {
			continue
		}
		e.Profile = name
		switch other := first[name]; {
		case other == nil:
			first[name] = e
		case other.Candidate.Certificate.Topic() != e.Candidate.Certificate.Topic():
			keyed := m.keyFile(e)+m.keyFile(other) != ""
			e.Err = rivalry(e, other, keyed)
			other.Err = cmp.Or(other.Err, rivalry(other, e, keyed))
		}
	}
}

func knowsTopic(s *lifecycle.State, name string) bool {
	p := s.Profiles[name]
	if p == nil {
		return false
	}
	known, err := p.KnownTopic(name)
	return err != nil || known.Topic != ""
}

// rivalry refuses one of two; keyed tells that a key lies in a file of its own, which has to come along.
func rivalry(e, other *Entry, keyed bool) error {
	text := "rivals"
	if keyed {
		text = "rivals.keyed"
	}
	return problem.Say(problem.TopicMismatch, text, problem.Params{
		"file": called(e.Name), "other_file": called(other.Name), "profile": e.Profile,
		"topic": e.Candidate.Certificate.Topic(), "stored_topic": other.Candidate.Certificate.Topic(),
	})
}

// keyFile names the file of its own that an entry's key stands in; empty where it has none.
func (m Many) keyFile(e *Entry) string {
	if e.Candidate == nil {
		return ""
	}
	for _, other := range m {
		if other.KeyOnly && slices.Contains(other.File.Keys, e.Candidate.Key) {
			return called(other.Name)
		}
	}
	return ""
}

// rules are those of the whole import, with the entry's own profile; keyFile is for what a person
// is told.
func (e *Entry) rules(s *lifecycle.State, rules lifecycle.ImportOptions, keyFile string) (lifecycle.ImportOptions, error) {
	claimant, claimed := rules.Ledger.Claimant(e.Candidate.Certificate)
	switch {
	case rules.Profile != "":
		e.Profile = rules.Profile
	case claimed:
		e.Profile = claimant
	case e.Profile == "" && len(s.Profiles) == 0:
		return rules, noProfileYet(e.Candidate.Certificate, e.Candidate.Key != nil, keyFile)
	}
	rules.Profile = e.Profile
	return rules, nil
}

// noProfileYet is why a certificate cannot go into a config file without profiles, when others came
// with it that are of other profiles.
func noProfileYet(leaf *pushcert.Certificate, keyed bool, keyFile string) error {
	params := problem.Params{"topic": leaf.Topic()}
	switch {
	case !keyed:
		return problem.Say(problem.Usage, "no-profile-keyless", params)
	case keyFile != "":
		params["key_file"] = keyFile
		return problem.Say(problem.Usage, "no-profile-yet.split", params)
	}
	return problem.Say(problem.Usage, "no-profile-yet", params)
}

// Taken are the entries whose certificates were taken over.
func (m Many) Taken() Many {
	return slices.DeleteFunc(slices.Clone(m), func(e *Entry) bool { return e.Outcome == nil })
}

// Refused are the entries that cannot be taken.
func (m Many) Refused() Many {
	return slices.DeleteFunc(slices.Clone(m), func(e *Entry) bool { return e.Err == nil })
}

// Certified are the entries with a push certificate.
func (m Many) Certified() Many {
	return slices.DeleteFunc(slices.Clone(m), func(e *Entry) bool { return e.Candidate == nil })
}

// byAge are the entries with a certificate that nothing speaks against yet, the oldest first.
func (m Many) byAge() Many {
	all := slices.DeleteFunc(slices.Clone(m), func(e *Entry) bool { return e.Candidate == nil || e.Err != nil })
	slices.SortStableFunc(all, func(a, b *Entry) int {
		return a.Candidate.Certificate.X509.NotAfter.Compare(b.Candidate.Certificate.X509.NotAfter)
	})
	return all
}
