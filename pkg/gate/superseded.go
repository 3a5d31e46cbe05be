package gate

import (
	"slices"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// supersede looks once more at certificates beside which a newer one of their profile came, and was taken, such as
// a folder's of several years: from their dates nothing follows, and what is older than the stored one is no
// mistake then. It changes nothing.
func (m Many) supersede(s *lifecycle.State, rules lifecycle.ImportOptions) {
	newest := latest{}
	for _, e := range m.Taken() {
		newest.note(e)
	}
	for _, e := range m.Certified() {
		newer := newest.than(e)
		switch {
		case newer == nil:
		case e.Err == nil:
			e.Outcome.Findings, _ = lifecycle.Superseded(e.Outcome.Findings)
		case slices.Contains([]problem.Code{problem.OlderThanStored, problem.Expired}, problem.Of(e.Err).Code):
			found, err := s.Examine(lifecycle.Candidate{Certificate: e.Candidate.Certificate, Key: e.Candidate.publicKey()}, newer.Profile, e.Candidate.rules(rules))
			if milder, ok := lifecycle.Superseded(found); err == nil && ok {
				e.Err, e.Profile = nil, newer.Profile
				e.Outcome = &lifecycle.Outcome{
					Profile: e.Profile, Certificate: e.Candidate.Certificate, Previous: newer.Candidate.Certificate,
					Findings: append(milder, e.Candidate.Findings...), Headline: lifecycle.HeadlineUnchanged,
				}
			}
		}
	}
}

// supersede is that of an import, for what would be taken.
func (c Check) supersede(files Many, answers []Answer) {
	newest := latest{}
	for i, e := range files {
		if e.Profile = answers[i].Profile; c.taken(e, answers[i]) {
			newest.note(e)
		}
	}
	for i, e := range files {
		if e.Candidate != nil && e.Err == nil && newest.than(e) != nil {
			answers[i].Findings, _ = lifecycle.Superseded(answers[i].Findings)
		}
	}
}

// latest are the certificates that last longest of those that were taken, by topic and profile; by topic
// alone for those whose profile is not known.
type latest map[[2]string]*Entry

func (l latest) note(e *Entry) {
	for _, profile := range []string{e.Profile, ""} {
		if at := [2]string{e.Candidate.Certificate.Topic(), profile}; l[at] == nil || e.outlasts(l[at]) {
			l[at] = e
		}
	}
}

// than is the one that lasts longer than an entry's; nil if there is none.
func (l latest) than(e *Entry) *Entry {
	if newest := l[[2]string{e.Candidate.Certificate.Topic(), e.Profile}]; newest != nil && newest.outlasts(e) {
		return newest
	}
	return nil
}

func (e *Entry) outlasts(other *Entry) bool {
	return e.Candidate.Certificate.X509.NotAfter.After(other.Candidate.Certificate.X509.NotAfter)
}
