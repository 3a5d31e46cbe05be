package profile

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type exportOptions struct {
	*cli.Env
	cli.UnlockOptions
	target, out, keyFormat, passwordFile string
	force                                bool
	recipients, names                    []string
}

// ExportView is the result of export in JSON.
type ExportView struct {
	Profile string `json:"profile"`
	For     string `json:"for"`
	Path    string `json:"path"`
	Topic   string `json:"topic"`
	Secret  bool   `json:"secret"`
	// Recorded says that the history tells of it: of a private key that was taken out.
	Recorded bool `json:"recorded"`
	// Findings say that the certificate is not in date. It is exported all the same.
	Findings []problem.View `json:"findings"`
}

// NewExport makes the command export.
func NewExport(env *cli.Env, run cli.Runner[exportOptions]) *cobra.Command {
	o := &exportOptions{Env: env}
	c := env.ProfilesCommand("export [NAME...] --for TARGET [flags]", func(ctx context.Context, names []string) error {
		o.names = names
		return run.Or(runExport)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.target, "for", "", "TARGET")
	cli.Choices(f, "for", slices.Sorted(maps.Keys(exportTargets()))...)
	cli.OutputVar(f, &o.out, "out", "", "FILE|DIR")
	f.StringVar(&o.keyFormat, "key-format", "pkcs8", "pkcs8|pkcs1")
	cli.Choices(f, "key-format", "pkcs8", "pkcs1")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	f.StringArrayVar(&o.recipients, "recipient", nil, "RECIPIENT")
	o.UnlockOptions.Flags(f)
	return c
}

func runExport(ctx context.Context, o *exportOptions) error {
	form, err := o.form()
	if err != nil {
		return err
	}
	if len(o.names) > 1 {
		return o.several(ctx, o.names, form)
	}
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	name, leaf, err := o.Leaf(s)
	switch {
	case err != nil:
		return err
	case form.moves:
		return o.move(ctx, s, name, leaf)
	case leaf == nil:
		return problem.New(problem.CertificateMissing, problem.Params{"profile": name})
	}
	return o.one(ctx, s, name, leaf, form)
}

// one writes the file of one profile.
func (o *exportOptions) one(ctx context.Context, s *lifecycle.State, name string, leaf *pushcert.Certificate, form exportForm) error {
	if form.secret {
		if err := exportable(s.Profiles[name], name, leaf); err != nil {
			return err
		}
	}
	out, err := o.place(name, s.Profiles[name], leaf, form)
	if err != nil {
		return err
	}
	m := material{leaf: leaf, keyFormat: o.keyFormat}
	if form.secret {
		if err := o.secrets(ctx, s, name, form, &m); err != nil {
			return err
		}
	}
	data, err := form.encode(m)
	if err != nil {
		return err
	}
	v := ExportView{Profile: name, For: o.target, Topic: leaf.Topic(), Secret: form.secret}
	if err := o.Write(out, data); err != nil {
		return err
	}
	if form.secret {
		if v.Recorded, err = o.record(ctx, name, o.target, out.Path); err != nil {
			return err
		}
	}
	return o.deliver(v, out, problem.About(outOfDate(leaf, o.Now()), "profile", name))
}

// record notes in the history that a private key was taken out, and tells whether it could: a file
// that cannot be written to does not keep a server from its key.
func (o *exportOptions) record(ctx context.Context, name, detail, made string) (bool, error) {
	err := o.Update(ctx, func(s *lifecycle.State) error { return s.RecordExport(name, o.Actor(), detail, o.Now()) })
	if err != nil && problem.Of(err).Code == problem.Interrupted {
		return false, err
	}
	if err != nil {
		store, _ := o.Open() // it was read, so there is one
		o.Note("export.unrecorded", problem.Params{"path": store.Path(), "profile": name})
	}
	if made != disk.Stdio { // what matters of all that was done is the file
		o.KeepFile(made)
	}
	return err == nil, nil
}

// outOfDate are the findings of a certificate that is not in date, as warnings: some
// servers are set up before they can be used, or have to be reached with the old one.
func outOfDate(leaf *pushcert.Certificate, now time.Time) []problem.Finding {
	found := pushcert.CheckDates(leaf, now, pushcert.Policy{WarnDays: -1, CriticalDays: -1})
	for i := range found {
		found[i].Severity = problem.Warning
	}
	return found
}

// form is the one that --for names.
func (o *exportOptions) form() (exportForm, error) {
	targets := exportTargets()
	form, ok := targets[o.target]
	names := strings.Join(slices.Sorted(maps.Keys(targets)), ", ")
	if o.target == "" {
		return form, problem.Say(problem.Usage, "export-target.none", problem.Params{"targets": names})
	}
	if !ok {
		return form, problem.Say(problem.Usage, "export-target", problem.Params{"value": o.target, "targets": names})
	}
	switch named := len(o.recipients) > 0; {
	case form.moves && !named:
		return form, problem.Say(problem.Usage, "export-recipient.none", problem.Params{"value": o.target})
	case named && !form.moves:
		return form, problem.Say(problem.Usage, "export-recipient", problem.Params{"value": o.target})
	}
	if o.keyFormat != "pkcs8" && o.keyFormat != "pkcs1" {
		return form, problem.Say(problem.Usage, "key-format", problem.Params{"value": o.keyFormat})
	}
	return form, nil
}

func (o *exportOptions) path(profile string, form exportForm) string {
	if o.out != "" {
		return o.out
	}
	return o.fileName(profile, form)
}

func (o *exportOptions) fileName(profile string, form exportForm) string {
	return "PushCertificate-" + o.FileName(profile) + "-" + o.target + form.ending
}

// exportable refuses a certificate whose key is not here, or is another's.
func exportable(p *lifecycle.Profile, name string, leaf *pushcert.Certificate) error {
	switch key := p.Certificate.Key; {
	case key == nil:
		return problem.Say(problem.KeyMissing, "export", problem.Params{"profile": name})
	case key.Public != leaf.PublicKey():
		return problem.Say(problem.KeyMismatch, "stored", problem.Params{"profile": name})
	}
	return nil
}

// secrets adds the key and the password to what is exported. Whatever speaks against it
// came before the first question: answers given for nothing are annoying.
func (o *exportOptions) secrets(ctx context.Context, s *lifecycle.State, name string, form exportForm, m *material) (err error) {
	if form.sealed {
		if m.password, err = o.newFilePassword(); err != nil {
			return err
		}
	}
	opener, err := o.Unlock(ctx, s, o.UnlockOptions)
	if err != nil {
		return err
	}
	m.key, err = opener.Open(*s.Profiles[name].Certificate.Key)
	return err
}

// deliver tells what was written.
func (o *exportOptions) deliver(v ExportView, out disk.Output, found []problem.Finding) error {
	v.Findings = o.FindingViews(append(found, o.Remarks...))
	o.Warn(found...)
	form := exportTargets()[v.For]
	if form.secret && !form.sealed {
		o.Note("export.unencrypted", nil)
	}
	if out.Path == disk.Stdio {
		return nil
	}
	if v.For == "micromdm" && filepath.Ext(out.Path) != form.ending {
		o.Note("export.ending", problem.Params{"file": out.Path, "ending": form.ending})
	}
	var err error
	if v.Path, err = filepath.Abs(out.Path); err != nil {
		return err
	}
	return o.Result(v, func(p *cli.Page) {
		p.Say("export.done", problem.Params{"profile": v.Profile})
		p.Fields(page.Field{Label: "file", Value: v.Path}, page.Field{Label: "topic", Value: v.Topic})
		p.Say("export.for."+v.For, problem.Params{"file": msg.Quote(out.Path)})
	})
}
