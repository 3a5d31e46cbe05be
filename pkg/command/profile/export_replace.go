package profile

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// place is where the file of one profile goes. One that is there is refused before anything is asked for,
// unless it may be what would be written; at a terminal a person may replace an earlier export.
func (o *exportOptions) place(name string, p *lifecycle.Profile, leaf *pushcert.Certificate, form exportForm) (disk.Output, error) {
	out := disk.Output{Path: o.path(name, form), Force: o.force}
	if out.Path == disk.Stdio {
		return out, nil
	}
	if err := o.Guard("--out", out.Path); err != nil {
		return out, err
	}
	there := out
	if !form.sealed { // what is sealed is salted: a second file is never the same bytes
		there.Ours = func(old []byte) bool { return form.holds(old, leaf) }
	}
	refusal := there.Check(nil)
	if refusal == nil || !o.exportedTo(out.Path, name, p, leaf, form) {
		return out, refusal
	}
	return o.AskReplace(out, refusal, "replace", problem.Params{"file": out.Path, "profile": name}, true)
}

// holds tells whether a file has the certificate, or its key alone, with as much beside it as the form has.
func (f exportForm) holds(old []byte, leaf *pushcert.Certificate) bool {
	file, err := pushcert.Read("", old, nil)
	switch {
	case err != nil, len(file.Keys) > 0 != f.secret, (file.Leaf() == nil) != f.bare:
		return false
	case file.Leaf() != nil:
		return file.Leaf().SHA256() == leaf.SHA256()
	}
	return file.Keys[0].PublicKey() == leaf.PublicKey()
}

// exportedTo tells whether a file is an earlier export of the profile: it has the same topic, or a key that the
// profile has or had. What a password guards is told by its name, if the history has such an export.
func (o *exportOptions) exportedTo(path, name string, p *lifecycle.Profile, leaf *pushcert.Certificate, form exportForm) bool {
	old, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	f, err := pushcert.Read("", old, nil)
	switch {
	case err != nil:
		return form.sealed && problem.Of(err).Code == problem.PasswordMissing && filepath.Base(path) == o.fileName(name, form) &&
			slices.ContainsFunc(p.History, func(e lifecycle.Event) bool { return e.Action == lifecycle.Exported && e.Detail == o.target })
	case f.Leaf() != nil:
		return f.Leaf().Topic() == leaf.Topic()
	}
	return slices.ContainsFunc(f.Keys, func(k *pushcert.Key) bool {
		_, ours := p.KeyFor(k.PublicKey())
		return ours
	})
}
