package inspect

import (
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// inspected is one file, read and checked.
type inspected struct {
	name     string
	file     *pushcert.File // nil for one that could not be read
	findings []problem.Finding
	exit     problem.Exit // ExitOK for a file that was recognised
	err      error        // what ends the whole inspection
	keyed    bool         // the certificate's key is in the file, or here
	chain    pushcert.Chain
}

func (r inspected) role() pushcert.Role {
	if r.file == nil {
		return pushcert.RoleUnknown
	}
	return r.file.Role
}

// leaf is the certificate that the file is about; a request is about its CSR.
func (r inspected) leaf() *pushcert.Certificate {
	if r.file == nil || r.file.Request != nil {
		return nil
	}
	return r.file.Leaf()
}

// inspect reads one file; what cannot be read is a finding, not an end.
func (o *inspectOptions) inspect(at disk.Found, trust *pushcert.Trust) inspected {
	r := inspected{name: at.Name}
	s, err := o.See(at, o.passwordFile)
	switch {
	case err != nil:
		r.err = err
		return r
	case s.File == nil:
		r.findings = []problem.Finding{s.Finding}
		_, r.exit = problem.Verdict(r.findings, problem.Grading{})
	default:
		r.check(s.File, trust, o.state, o.Now())
	}
	r.findings = disk.About(at.Name, r.findings)
	return r
}

// check finds out what speaks against a file. The chain of a certificate is checked at its
// own dates: that it has ended is a finding of its own.
func (r *inspected) check(file *pushcert.File, trust *pushcert.Trust, s *lifecycle.State, now time.Time) {
	r.file, r.findings = file, slices.Clone(file.Findings)
	if file.Role == pushcert.RoleUnknown {
		r.exit = problem.ExitRefused
		r.findings = append(r.findings, problem.FoundAs(problem.FileUnrecognised, "certificate", problem.Critical, nil))
	}
	leaf := r.leaf()
	if leaf == nil {
		r.findings = append(r.findings, file.Check(now, pushcert.DefaultPolicy(), trust)...)
		if holder, ours := s.HolderOf(file.RequestedKey()); ours && file.Request != nil {
			r.findings = problem.About(r.findings, "profile", holder)
		}
		return
	}
	_, held := s.HolderOf(leaf.PublicKey())
	r.keyed = held || s.Vendor.HasKey(leaf.PublicKey()) || file.LeafKey() != nil
	chain, findings := trust.Chain(leaf, time.Time{}, file.Certificates[1:]...)
	r.chain = chain
	r.findings = append(r.findings, pushcert.CheckDates(leaf, now, pushcert.DefaultPolicy())...)
	r.findings = append(r.findings, pushcert.CheckForm(leaf)...)
	r.findings = append(r.findings, findings...)
}
