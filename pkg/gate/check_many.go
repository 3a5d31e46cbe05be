package gate

import (
	"slices"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Many checks many files as [Check.File] does one, and as an import of them all would: a key
// counts for the certificate that it belongs to, and a certificate for those that come after it.
// The state stays as it is. Why a question about a file could not be asked stands in its entry.
func (c Check) Many(files Many) ([]Answer, error) {
	answers := make([]Answer, len(files))
	gathered := make(Many, len(files))
	for i, e := range files {
		own := *e
		gathered[i] = &own
	}
	gathered.Gather()
	c.paired = gathered.Single() && !c.Folder
	if c.State != nil && c.Against == nil {
		ledger, err := c.State.Ledger()
		if err != nil {
			return nil, err
		}
		c.State, c.ledger = c.State.Apart(), ledger
		rules := lifecycle.ImportOptions{Terms: c.Terms, Profile: c.Profile, Ledger: ledger}
		gathered.Choose(c.State, rules, "")
		gathered.rivals(c.State, rules)
	}
	at := map[*Entry]int{}
	for i, e := range gathered {
		at[e] = i
	}
	order := gathered.byAge()
	for _, e := range gathered {
		if !slices.Contains(order, e) {
			order = append(order, e)
		}
	}
	for _, e := range order {
		i := at[e]
		c.keyFile = gathered.keyFile(e)
		answers[i], files[i].Err = c.one(e, files[i].Err)
		files[i].Profile = answers[i].Profile
	}
	c.supersede(gathered, answers)
	return answers, nil
}

// one answers for one of many; failed is why it could not be read.
func (c Check) one(e *Entry, failed error) (Answer, error) {
	switch {
	case failed != nil:
		return c.Unreadable(failed)
	case e.KeyOnly && c.Expect == "":
		return keyAlone(e), nil
	case Undecided(e.Err):
		a := Answer{Item: lifecycle.Item{Kind: lifecycle.KindPush, Certificate: e.Candidate.Certificate}, Role: e.File.Role}
		return c.undecided(a, e.Err), nil
	}
	file := e.File
	c.Terms.Trust = c.Terms.Trust.Beside(file.Certificates)
	if e.Candidate != nil && e.Candidate.Key != nil {
		own := *file
		own.Keys = []*pushcert.Key{e.Candidate.Key}
		file = &own
	}
	a, err := c.File(called(e.Name), file)
	if err == nil && c.taken(e, a) {
		in := lifecycle.Candidate{Certificate: e.Candidate.Certificate, Key: publicHalf(file)}
		_, err = c.State.Import(in, lifecycle.ImportOptions{Terms: c.Terms, Profile: a.Profile, Ledger: c.ledger})
	}
	return a, err
}

// keyAlone answers for a key without a certificate: it belongs to another of the files, or its
// entry says why it does not.
func keyAlone(e *Entry) Answer {
	a := Answer{Item: lifecycle.Item{Kind: lifecycle.KindPush}, Role: e.File.Role}
	if e.Err != nil {
		a.Findings = []problem.Finding{problem.Of(e.Err).Finding(problem.Critical)}
	}
	return a
}

// taken tells whether an import would take the file, so that it counts for those that come after it.
func (c Check) taken(e *Entry, a Answer) bool {
	return c.ledger != nil && e.Candidate != nil && a.Role == pushcert.RoleMDMPush && !lifecycle.Refuses(a.Findings)
}
