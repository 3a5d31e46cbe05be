package gate

import (
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Naming is what the profile of a certificate is named after that belongs to none yet; empty
// where none is to be made.
type Naming string

// The namings.
const (
	FromCN       Naming = "cn"
	FromTopic    Naming = "topic"
	FromFilename Naming = "filename"
)

// Namings lists them.
func Namings() []string { return []string{string(FromCN), string(FromTopic), string(FromFilename)} }

// Name is the name of a candidate's profile: a legal one, or empty where nothing is left of it.
func (n Naming) Name(c Candidate) string {
	switch n {
	case FromCN:
		return legal(c.Certificate.CN())
	case FromTopic:
		return legal(c.Certificate.Topic())
	case FromFilename:
		return legal(stem(c.Name))
	}
	return ""
}

// stem is a file's name without its folder and without an ending that says what is in it.
func stem(name string) string {
	name = filepath.Base(name)
	ending := filepath.Ext(name)
	known := []string{".pem", ".cer", ".crt", ".der", ".p12", ".pfx", ".p7b", ".p7c", ".txt"}
	if slices.Contains(known, strings.ToLower(ending)) {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

// legal makes a text a name that a profile may have: without what cannot be seen, without blanks
// at the ends, and not too long.
func legal(text string) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, text)
	if len(seen) > lifecycle.MaxName {
		seen = strings.ToValidUTF8(seen[:lifecycle.MaxName], "")
	}
	return strings.TrimSpace(seen)
}

// name gives the entries that no profile claims the name of a new one. Two certificates of
// different topics under one name, or under names that people would take for one, are refused
// both; so is a name that a profile has in all but its spelling.
func (m Many) name(s *lifecycle.State, rules lifecycle.ImportOptions, from Naming) {
	if from == "" {
		return
	}
	twins := map[string]string{}
	for _, name := range s.Names() {
		twins[lifecycle.Folded(name)] = name
	}
	first := map[string]*Entry{}
	for _, e := range m.byAge() {
		if _, claimed := rules.Ledger.Claimant(e.Candidate.Certificate); claimed {
			continue
		}
		e.Profile = from.Name(*e.Candidate)
		same := first[lifecycle.Folded(e.Profile)]
		twin := twins[lifecycle.Folded(e.Profile)]
		switch {
		case e.Profile == "":
			e.Err = problem.Say(problem.Usage, "profile-nameless", problem.Params{"pattern": string(from), "file": called(e.Name)})
		case twin != "" && twin != e.Profile:
			e.Err = problem.Say(problem.Usage, "profile-from-twin", problem.Params{"profile": e.Profile, "other_profile": twin})
		case same == nil:
			first[lifecycle.Folded(e.Profile)] = e
		case same.Candidate.Certificate.Topic() == e.Candidate.Certificate.Topic():
			e.Profile = same.Profile
		default:
			e.Err = collision(e, same)
			if same.Err == nil {
				same.Err = collision(same, e)
			}
		}
	}
}

func collision(e, other *Entry) error {
	return problem.Say(problem.Usage, "profile-collision", problem.Params{
		"file": called(e.Name), "other_file": called(other.Name), "profile": e.Profile,
	})
}
