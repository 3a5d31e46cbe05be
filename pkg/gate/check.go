package gate

import (
	"cmp"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Check is what is asked of a file.
type Check struct {
	State   *lifecycle.State // nil where there is no config file
	Terms   lifecycle.Terms
	Profile string        // the one that was named; else the file tells
	Expect  pushcert.Role // the only role that is good; else a push certificate or a request
	// Against reads what to compare with in place of a profile; nil to compare with none. It
	// is called where the file is one that can be compared.
	Against func() (lifecycle.Reference, error)
	// Open decrypts mdmcert.download's answer, and finds the profile whose request it belongs to;
	// nil where that cannot be.
	Open func(name string, answer *pushcert.File) (profile string, request *pushcert.File, err error)
	// Folder tells that files come out of a folder: of none of them anybody said that it is the one.
	Folder  bool
	ledger  *lifecycle.Ledger // of State, where many files are checked
	paired  bool              // they are one certificate and its keys
	keyFile string            // what the key stands in that came with one of many, if it has a file of its own
}

// Answer is what was found out about one thing. A critical finding means no.
type Answer struct {
	lifecycle.Item

	Role   pushcert.Role
	Stored *pushcert.Certificate // what it was compared with
	Known  string                // the topic that a row at the portal should have, if anybody knows
}

// File checks one file, which a person calls name: a request as Apple would, anything else
// as a push certificate that is to be imported, unless another role is expected. The errors
// are those of a question that cannot be asked (usage, not-initialised), and those of
// Against.
func (c Check) File(name string, file *pushcert.File) (Answer, error) {
	c.Terms.Trust = c.Terms.Trust.Beside(file.Certificates)
	a := Answer{Item: lifecycle.Item{Kind: lifecycle.KindPush, Certificate: file.Leaf(), Findings: file.Findings}, Role: file.Role}
	if f, other := c.otherRole(file); other {
		// Of another kind of file nothing else matters: neither its topic nor its key.
		a.Findings = append(a.Findings, f)
		a.Findings = append(a.Findings, simulated(a.Certificate, c.Terms.Trust)...)
		return a, nil
	}
	switch {
	case c.Against != nil && (file.Role == pushcert.RoleRequest || c.opens(file)):
		return a, problem.Say(problem.Usage, "against-request", problem.Params{"file": name})
	case file.Role == pushcert.RoleRequest:
		return c.request(name, file, a), nil
	case c.opens(file):
		return c.answer(name, file, a)
	case file.Role != pushcert.RoleMDMPush:
		return c.alone(file), nil
	case c.Against != nil:
		return c.compared(file, a)
	case c.State == nil:
		return a, problem.Say(problem.NotInitialised, "verify", nil)
	}
	return c.forProfile(file, a)
}

// Unreadable is the answer about a file that is of no kind that anyone knows, or half of
// what it should be: it is no, as it is for a file of the wrong kind. Any other error stays
// one.
func (c Check) Unreadable(err error) (Answer, error) {
	found, ok := unfit(err)
	if !ok {
		return Answer{}, err
	}
	a := Answer{Item: lifecycle.Item{Kind: lifecycle.KindPush, Findings: []problem.Finding{found}}, Role: pushcert.RoleUnknown}
	if c.Expect != "" {
		a.Findings = append(a.Findings, c.unexpected(a.Role))
	}
	return a, nil
}

// unfit is the finding that an error comes to which says what a file is not, and false for others.
func unfit(err error) (problem.Finding, bool) {
	p := problem.Of(err)
	switch p.Code {
	case problem.FileUnrecognised, problem.FileUnsupported, problem.FileDamaged, problem.KeyMissing, problem.CertificateMissing:
		return p.Finding(problem.Critical), true
	}
	return problem.Finding{}, false
}

// Row compares the topic of a row at the portal with the profile's, before Renew is pressed
// there: no certificate is there yet to be looked at.
func (c Check) Row(topic string) (Answer, error) {
	name, err := c.State.Choose(c.Profile)
	if err != nil {
		return Answer{}, err
	}
	p, err := c.State.Profile(name)
	if err != nil {
		return Answer{}, err
	}
	known, err := p.KnownTopic(name)
	if err != nil {
		return Answer{}, err
	}
	stored, err := p.Leaf(name)
	row := lifecycle.Item{
		Kind: lifecycle.KindPush, Profile: name, KnownTopic: topic, Findings: c.State.CompareRow(name, known.Topic, topic),
	}
	return Answer{Item: row, Role: pushcert.RoleMDMPush, Stored: stored, Known: known.Topic}, err
}

// otherRole is the finding that a file is of another kind than is wanted.
func (c Check) otherRole(file *pushcert.File) (f problem.Finding, other bool) {
	switch role := file.Role; {
	case c.Expect == pushcert.RoleMDMPush && role != c.Expect:
		return lifecycle.WrongFile(file), true
	case c.Expect != "":
		return c.unexpected(role), role != c.Expect
	case role == pushcert.RoleMDMPush, role == pushcert.RoleRequest, role == pushcert.RoleProfile, c.opens(file):
		return f, false
	}
	return lifecycle.WrongFile(file), true
}

// unexpected is the finding that a file has another role than is expected.
func (c Check) unexpected(role pushcert.Role) problem.Finding {
	return problem.Found(problem.WrongRole, problem.Critical, problem.Params{"role": string(role), "expected_role": string(c.Expect)})
}

// simulated is the finding that a certificate comes from the simulator, if it does.
func simulated(c *pushcert.Certificate, trust *pushcert.Trust) []problem.Finding {
	if c == nil {
		return nil
	}
	_, found := trust.Chain(c, time.Time{})
	return problem.Only(found, problem.Simulated)
}

// alone checks a file that is no MDM push certificate, as it should be. There is nothing to
// compare it with.
func (c Check) alone(file *pushcert.File) Answer {
	return Answer{Item: lifecycle.FileItem(file, c.Terms), Role: file.Role}
}

// request checks a request as Apple would: whether the key is one of ours, and whether the
// request is still the open one. Last year's file looks as good as this year's.
func (c Check) request(name string, file *pushcert.File, a Answer) Answer {
	if file.Request == nil {
		return a // what makes it unreadable is among the file's findings
	}
	a.Findings = append(a.Findings, pushcert.CheckRequest(file.Request, c.Terms.Now, c.Terms.Trust)...)
	if c.State == nil || len(c.State.Profiles) == 0 || file.Request.CSR == nil {
		return a
	}
	public := file.Request.CSR.PublicKey()
	holder, ours := c.holder(public)
	fetcher, fetched := c.State.FetcherOf(public)
	switch a.Profile = cmp.Or(holder, fetcher); {
	case c.Profile != "" && a.Profile != "" && c.Profile != a.Profile:
		params := problem.Params{"file": name, "profile": a.Profile, "named": c.Profile}
		a.Findings = append(a.Findings, problem.FoundAs(problem.RequestNotOurs, "other", problem.Critical, params))
	case fetched: // its server has the key
	case !ours:
		a.Findings = append(a.Findings, problem.Found(problem.RequestNotOurs, problem.Warning, problem.Params{"file": name}))
	case !c.State.Profiles[holder].IsOpen(public):
		a.Findings = append(a.Findings, problem.FoundAs(problem.RequestStale, "used", problem.Warning, problem.Params{"profile": holder}))
	}
	if holder := a.Profile; holder != "" { // whose request is to be made anew
		a.Findings = problem.About(a.Findings, "profile", holder)
	}
	return a
}

// holder is the profile with a key. Several may share one: then it is the one that was named.
func (c Check) holder(public string) (name string, ours bool) {
	if p := c.State.Profiles[c.Profile]; p != nil {
		if _, ok := p.KeyFor(public); ok {
			return c.Profile, true
		}
	}
	return c.State.HolderOf(public)
}

// forProfile compares a certificate with the profile that it is for.
func (c Check) forProfile(file *pushcert.File, a Answer) (Answer, error) {
	file, err := meant(c.State, file, file.Keys, lifecycle.ImportOptions{Terms: c.Terms, Profile: c.Profile, Ledger: c.ledger}, "")
	switch {
	case Undecided(err):
		return c.undecided(a, err), nil
	case err != nil:
		return a, err
	}
	a.Certificate, a.Findings = file.Leaf(), slices.Clone(file.Findings)
	name, err := c.target(a.Certificate, file)
	if err != nil {
		if p := problem.Of(err); p.Key() == "usage.no-profile-matches" {
			err = problem.Say(problem.Usage, "verify-no-profile", p.Params)
		}
		return a, err
	}
	if p := c.State.Profiles[name]; p != nil {
		if a.Stored, err = p.Leaf(name); err != nil {
			return a, err
		}
	} else if c.Profile != "" {
		_, err := c.State.Profile(name)
		if p := problem.Of(err); p.Key() == "profile-unknown.none" && a.Topic() != "" { // a request that is made next needs the topic
			err = problem.Say(problem.ProfileUnknown, "none.verify", problem.Params{"profile": name, "topic": a.Topic()})
		}
		return a, err
	}
	a.Profile = name
	return c.examined(file, a)
}

// examined asks the profile about the certificate, and about the key that came with it.
func (c Check) examined(file *pushcert.File, a Answer) (Answer, error) {
	a.Findings = slices.DeleteFunc(a.Findings, func(f problem.Finding) bool { return f.Code == problem.KeyMismatch })
	candidate := lifecycle.Candidate{Certificate: a.Certificate, Key: publicHalf(file)}
	found, err := c.State.Examine(candidate, a.Profile, lifecycle.ImportOptions{Terms: c.Terms, Ledger: c.ledger})
	a.Findings = append(a.Findings, found...)
	if problem.Has(a.Findings, problem.TopicMismatch) { // with or without a key, it cannot be imported
		for i, f := range a.Findings {
			if f.Key() == string(problem.KeyMissing) {
				a.Findings[i] = problem.FoundAs(problem.KeyMissing, "mismatch", f.Severity, f.Params)
			}
		}
	}
	return a, err
}

// undecided is the answer where nobody has said which of several certificates is the right one.
func (c Check) undecided(a Answer, err error) Answer {
	p := problem.Of(err)
	a.Profile = p.Params["profile"]
	a.Findings = append([]problem.Finding{p.Finding(problem.Critical)}, simulated(a.Certificate, c.Terms.Trust)...)
	return a
}

// target is the profile that a certificate is for. Of many that come to an empty config file none
// is for the profile that one of them would make; one with its keys is, as if it came alone.
func (c Check) target(leaf *pushcert.Certificate, file *pushcert.File) (string, error) {
	if c.ledger == nil || c.Profile != "" || c.paired {
		return c.State.Target(leaf, c.Profile)
	}
	if name, ok := c.ledger.Claimant(leaf); ok {
		return name, nil
	}
	if len(c.State.Profiles) == 0 {
		return "", noProfileYet(leaf, publicHalf(file) != nil, c.keyFile)
	}
	return c.State.Target(leaf, "")
}

// publicHalf is the key that came with a certificate, as far as a check needs it.
func publicHalf(file *pushcert.File) *lifecycle.Key {
	if k := file.GivenKey(); k != nil && k.PublicKey() != "" {
		return &lifecycle.Key{Public: k.PublicKey()}
	}
	return nil
}

// compared compares a certificate with something else than a profile.
func (c Check) compared(file *pushcert.File, a Answer) (Answer, error) {
	r, err := c.Against()
	if err != nil {
		return a, err
	}
	file = file.About(func(c *pushcert.Certificate) bool {
		if r.PublicKey != "" {
			return c.PublicKey() == r.PublicKey
		}
		return c.Topic() == r.Topic
	})
	a.Stored, a.Certificate, a.Findings = r.Certificate, file.Leaf(), slices.Clone(file.Findings)
	a.Findings = append(a.Findings, lifecycle.Compare(a.Certificate, r)...)
	a.Findings = append(a.Findings, pushcert.CheckPush(a.Certificate, c.Terms.Now, c.Terms.Policy, c.Terms.Trust)...)
	if r.PublicKey == "" && file.LeafKey() == nil {
		a.Findings = append(a.Findings, problem.FoundAs(problem.KeyMissing, "not-asked", problem.Info, nil))
	}
	return a, nil
}
