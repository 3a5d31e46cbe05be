package lifecycle

import (
	"cmp"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// FileItem judges a file by itself, as what it is, with nothing to compare it with.
// Whether the private key is at hand is not asked.
func FileItem(f *pushcert.File, j Judge) Item {
	i := Item{Kind: KindPush, Certificate: f.Leaf(), Policy: j.Policy, Findings: slices.Concat(f.Findings, f.Check(j.Now, j.Policy, j.Trust))}
	for n, found := range i.Findings {
		if found.Code == problem.KeyEncrypted {
			i.Findings[n].Severity = problem.Info
		}
	}
	token, isToken := TokenOf(f)
	switch {
	case f.Role == pushcert.RoleMDMVendor:
		i.Kind = KindVendor
	case f.Role == pushcert.RoleMDMPush && len(f.Keys) == 0:
		i.Findings = append(i.Findings, problem.FoundAs(problem.KeyMissing, "file", problem.Info, nil))
	case isToken && token.NotAfter.IsZero():
		i.Kind = token.Kind
		i.Findings = append(i.Findings, problem.FoundAs(problem.FileUnsupported, "token-date", problem.Critical, nil))
	case isToken:
		i.Kind, i.Token = token.Kind, &token
	}
	return i
}

// TokenOf is what a file tells of an enrollment or content token, and false if it is
// neither. Its end is zero where the file does not tell it.
func TokenOf(f *pushcert.File) (Token, bool) {
	switch {
	case f.ADE != nil:
		return Token{Kind: KindADEToken, Name: f.ADE.Server, NotAfter: f.ADE.Expires}, true
	case f.Content != nil:
		name := cmp.Or(f.Content.Location, f.Content.Organization)
		return Token{Kind: KindContentToken, Name: name, NotAfter: f.Content.Expires}, true
	}
	return Token{}, false
}

// Unwatched is the finding about a file of a kind whose end nobody has to watch, and false
// for the kinds that are watched: push and vendor certificates, and tokens.
func Unwatched(role pushcert.Role) (problem.Finding, bool) {
	switch role {
	case pushcert.RoleMDMPush, pushcert.RoleMDMVendor, pushcert.RoleAppPush, pushcert.RolePassPush, pushcert.RoleServerPush,
		pushcert.RoleADEToken, pushcert.RoleContentToken:
		return problem.Finding{}, false
	case pushcert.RoleUnknown:
		return problem.FoundAs(problem.FileUnrecognised, "certificate", problem.Critical, nil), true
	}
	return problem.FoundAs(problem.WrongRole, "unwatched", problem.Critical, problem.Params{"role": string(role)}), true
}

// ReferenceOf is what a file gives to compare with: a topic that devices listen to, or
// the key that a request was made with. A file that tells neither is a problem; name is what
// the person calls it.
func ReferenceOf(file *pushcert.File, name string) (Reference, error) {
	r := Reference{File: name}
	for _, f := range file.Findings {
		if f.Code == problem.TopicNotMDM {
			return r, problem.About([]problem.Finding{f}, "file", name)[0].Err()
		}
	}
	switch leaf := file.Leaf(); {
	case leaf != nil && leaf.Role() != pushcert.RoleMDMPush:
		return r, problem.Say(problem.WrongRole, "against", problem.Params{"file": r.File, "role": string(file.Role)})
	case leaf != nil && leaf.Topic() == "":
		return r, problem.Say(problem.TopicMissing, "audit", problem.Params{"file": r.File})
	case leaf != nil:
		r.Certificate, r.Topic = leaf, leaf.Topic()
	case file.Request != nil && file.Request.CSR != nil:
		r.PublicKey = file.Request.CSR.PublicKey()
	case file.CSR != nil:
		r.PublicKey = file.CSR.PublicKey()
	case file.Topic != "":
		r.Topic = file.Topic
	default:
		return r, problem.Say(problem.WrongRole, "against", problem.Params{"file": r.File, "role": string(file.Role)})
	}
	return r, nil
}
