package cli

import (
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// verifyFile checks one file: a request as Apple would, anything else as a push
// certificate that is to be imported. missing is why there is no state.
func (o *verifyOptions) verifyFile(s *lifecycle.State, missing error, j lifecycle.Judge) (checked, error) {
	file, err := o.lookAt(o.file, o.passwordFile)
	if err != nil {
		return unreadableFile(o.file, err)
	}
	c := checked{item: verifyItem{Kind: lifecycle.KindPush, File: o.file, Role: file.Role}, findings: file.Findings}
	leaf := file.Leaf()
	switch {
	case file.Role == pushcert.RoleRequest && o.against != "":
		return c, problem.Say(problem.Usage, "against-request", problem.Params{"file": named(o.file)})
	case file.Role == pushcert.RoleRequest:
		found, profile := o.checkRequest(s, file, j)
		c.item.Profile, c.findings = profile, append(c.findings, found...)
		return c, nil
	case file.Role != pushcert.RoleMDMPush:
		// Of another kind of file nothing else matters: neither its topic nor its key.
		c.certificate = leaf
		c.findings = append(c.findings, lifecycle.WrongKind(file.Role))
		c.findings = append(c.findings, simulated(leaf, j.Trust)...)
		return c, nil
	}
	c.certificate = leaf
	if o.against != "" {
		return o.verifyAgainst(file, c, j)
	}
	if missing != nil {
		return c, missing
	}
	return o.verifyProfile(s, file, c, j)
}

// simulated is the finding that a certificate comes from the simulator, if it does.
func simulated(c *pushcert.Certificate, trust *pushcert.Trust) []problem.Finding {
	if c == nil {
		return nil
	}
	_, found := trust.Chain(c, time.Time{})
	return slices.DeleteFunc(found, func(f problem.Finding) bool { return f.Code != problem.Simulated })
}

// unreadableFile is the verdict on a file that is of no kind that anyone knows, or half
// of what it should be: the answer is no, as it is for a file of the wrong kind.
func unreadableFile(name string, err error) (checked, error) {
	p := problem.Of(err)
	switch p.Code {
	case problem.FileUnrecognised, problem.FileUnsupported, problem.FileDamaged, problem.KeyMissing, problem.CertificateMissing:
		return checked{
			item:     verifyItem{Kind: lifecycle.KindPush, File: name, Role: pushcert.RoleUnknown},
			findings: []problem.Finding{{Code: p.Code, Severity: problem.Critical, Text: p.Text, Params: p.Params}},
		}, nil
	}
	return checked{}, err
}

// checkRequest is Apple's side, whether the key is one of ours, and whether the request
// is still the open one: last year's file looks as good as this year's.
func (o *verifyOptions) checkRequest(s *lifecycle.State, file *pushcert.File, j lifecycle.Judge) (found []problem.Finding, profile string) {
	if file.Request == nil {
		return nil, "" // what makes it unreadable is among the file's findings
	}
	found = pushcert.CheckRequest(file.Request, j.Now, j.Trust)
	if s == nil || len(s.Profiles) == 0 || file.Request.CSR == nil {
		return found, ""
	}
	public := file.Request.CSR.PublicKey()
	profile, ours := s.HolderOf(public)
	switch {
	case !ours:
		found = append(found, problem.Found(problem.RequestNotOurs, problem.Warning, problem.Params{"file": named(o.file)}))
	case !s.Profiles[profile].IsOpen(public):
		found = append(found, problem.FoundAs(problem.RequestStale, "used", problem.Warning, problem.Params{"profile": profile}))
	}
	return found, profile
}

// verifyProfile holds a certificate against the profile that it is for.
func (o *verifyOptions) verifyProfile(s *lifecycle.State, file *pushcert.File, c checked, j lifecycle.Judge) (checked, error) {
	name, err := s.Target(c.certificate, o.profileName())
	if err != nil {
		return c, err
	}
	if p := s.Profiles[name]; p != nil {
		if c.stored, err = p.Leaf(name); err != nil {
			return c, err
		}
	} else if o.profileName() != "" {
		_, err := s.Profile(name)
		return c, err
	}
	c.item.Profile = name
	// The profile is asked about the key that came with the certificate.
	c.findings = slices.DeleteFunc(c.findings, func(f problem.Finding) bool { return f.Code == problem.KeyMismatch })
	candidate := lifecycle.Candidate{Certificate: c.certificate, Key: publicHalf(file)}
	found, err := s.Examine(candidate, name, lifecycle.ImportOptions{Judge: j})
	c.findings = append(c.findings, found...)
	return c, err
}

// publicHalf is the key that came with a certificate, as far as a check needs it.
func publicHalf(file *pushcert.File) *lifecycle.Key {
	for _, k := range file.Keys {
		if public := k.PublicKey(); public != "" {
			return &lifecycle.Key{Public: public}
		}
	}
	return nil
}

// verifyAgainst holds a certificate against what --against names.
func (o *verifyOptions) verifyAgainst(file *pushcert.File, c checked, j lifecycle.Judge) (checked, error) {
	r, err := o.reference(againstOptions{o.against, o.passwordFile})
	if err != nil {
		return c, err
	}
	c.stored = r.Certificate
	c.findings = append(c.findings, lifecycle.Compare(c.certificate, r)...)
	c.findings = append(c.findings, pushcert.CheckPush(c.certificate, j.Now, j.Policy, j.Trust)...)
	if r.PublicKey == "" && file.LeafKey() == nil {
		c.findings = append(c.findings, problem.FoundAs(problem.KeyMissing, "not-asked", problem.Info, nil))
	}
	return c, nil
}
