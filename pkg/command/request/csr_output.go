package request

import (
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// outputs says where the request of each profile goes. Whether its file can be written is checked
// before anybody is asked for a passphrase.
func (o *csrOptions) outputs(s *lifecycle.State, names []string, fetched map[string]*fetched) (all []written, err error) {
	for _, name := range names {
		f := written{Made: &signing.Made{Profile: name}, fetched: fetched[name]}
		if f.out, err = o.output(s.Profiles[name], name); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// written is a request on its way into a file.
type written struct {
	*signing.Made
	out    disk.Output
	beside string // the other profiles
	near   string // those whose name is a slip away
	// fetched is the request that the profile's server made; nil for one that is made here.
	fetched *fetched
	// recipients are the further ones that the key is sealed to.
	recipients []string
}

// take takes over a request that was made, with all that is to be said of it.
func (f *written) take(made *signing.Made, s *lifecycle.State) {
	f.Made, f.beside, f.near = made, s.Others(made.Profile), s.NearMisses(made.Profile)
	f.Findings = append(f.Findings, otherKey(s, *f)...)
	if !made.Partly && f.fetched == nil {
		f.recipients = s.Sealing.Recipients
	}
}

// output is where a profile's request goes, or why it cannot go there. A file that is there
// already may be replaced if it is a request of the same profile whose key is used up, as
// last year's is, or one that was damaged, so that it can be written anew; one that is still open
// may turn out to have the same bytes.
func (o *csrOptions) output(p *lifecycle.Profile, name string) (disk.Output, error) {
	out := disk.Output{Path: o.path(name), Force: o.force}
	if err := o.Guard("--out", out.Path); err != nil {
		return out, err
	}
	if out.Path == disk.Stdio || out.Force {
		return out, nil
	}
	switch file := cli.RequestIn(out.Path); {
	case file == nil || p == nil:
	case o.isWorthless(file, p):
		out.Force = true
		return out, nil
	case p.Awaits(file.RequestedKey()) && !o.newKey:
		return out, nil
	}
	// What is there may be another's request, on its way. Who is led has typed no flags.
	out, err := o.AskReplace(out, out.Check(nil), "replace-other", problem.Params{"file": out.Path}, false)
	if o.Led && err != nil && problem.Of(err).Key() == string(problem.OutputExists) {
		err = problem.Say(problem.OutputExists, "led", problem.Params{"file": out.Path, "profile": name})
	}
	return out, err
}

// isWorthless tells that a request of the profile is of no use to anybody any more: it is used up,
// damaged, or signed by a certificate that has expired since. One of which not even the key can be read
// is the profile's by the name that apnsctl gave it.
func (o *csrOptions) isWorthless(file *pushcert.File, p *lifecycle.Profile) bool {
	public := file.RequestedKey()
	_, ours := p.KeyFor(public)
	if worst, _ := problem.Worst(file.Findings); worst.Severity == problem.Critical {
		return ours || public == "" && o.out == ""
	}
	if ofServer(p, public) {
		return true
	}
	if file.Request != nil && p.Awaits(public) {
		signer := file.Request.Signer()
		return signer != nil && o.Now().After(signer.X509.NotAfter)
	}
	return ours && !p.IsOpen(public)
}

// ofServer tells that a request is of the profile's server: the open one, in whose place comes the one that the server
// makes now, or that of the certificate in store.
func ofServer(p *lifecycle.Profile, public string) bool {
	if open := p.ServersRequest(); open != nil && open.Public == public {
		return true
	}
	leaf, err := p.Leaf("")
	return err == nil && leaf != nil && p.Certificate.Key == nil && leaf.PublicKey() == public
}

// path is where the request of a profile goes.
func (o *csrOptions) path(name string) string {
	if o.out != "" && !o.due {
		return o.out
	}
	file := "PushCertificateRequest-" + o.FileName(name) + ".plist"
	if o.unsigned {
		file = "PushCertificate-" + o.FileName(name) + ".csr"
	}
	return filepath.Join(o.out, file)
}

// given shows a switch as a value, empty when it is off.
func given(flag bool) string {
	if flag {
		return "true"
	}
	return ""
}
