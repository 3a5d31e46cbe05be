package gate

import (
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// opens tells whether a file is mdmcert.download's answer, and can be opened.
func (c Check) opens(file *pushcert.File) bool {
	return file.Role == pushcert.RoleMDMCertAnswer && c.Open != nil
}

// answer checks the request within mdmcert.download's answer as any request. One that asks for
// another certificate than the profile did is of no use here, and harms: nobody has its key.
func (c Check) answer(name string, file *pushcert.File, a Answer) (Answer, error) {
	profile, request, err := c.Open(name, file)
	if err != nil {
		f, no := unfit(err)
		if !no {
			return a, err
		}
		a.Findings = append(a.Findings, f)
		return a, nil
	}
	a.Profile = profile
	a.Findings = append(a.Findings, request.Findings...)
	if request.Role != pushcert.RoleRequest {
		f := problem.FoundAs(problem.WrongRole, "answer", problem.Critical, problem.Params{"role": string(request.Role), "profile": profile})
		a.Findings = append(a.Findings, f)
		return a, nil
	}
	switch public := request.RequestedKey(); {
	case c.Profile != "" && c.Profile != profile:
		params := problem.Params{"profile": profile, "named": c.Profile}
		a.Findings = append(a.Findings, problem.FoundAs(problem.RequestNotOurs, "answer-other", problem.Critical, params))
	case public != "" && !c.State.Profiles[profile].IsOpen(public):
		a.Findings = append(a.Findings, problem.FoundAs(problem.RequestNotOurs, "answer", problem.Critical, problem.Params{"profile": profile}))
	}
	if request.Request != nil {
		a.Findings = append(a.Findings, pushcert.CheckRequest(request.Request, c.Terms.Now, c.Terms.Trust)...)
	}
	for i, f := range a.Findings {
		if f.Code == problem.VendorExpired { // not ours to renew
			a.Findings[i] = problem.FoundAs(problem.VendorExpired, "answer", f.Severity, f.Params)
		}
	}
	a.Findings = problem.About(a.Findings, "profile", profile)
	return a, nil
}
