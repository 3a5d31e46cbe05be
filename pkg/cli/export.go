package cli

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type exportOptions struct {
	*Env
	unlockOptions
	target, out, keyFormat, passwordFile string
	force                                bool
}

type exportView struct {
	Profile string `json:"profile"`
	For     string `json:"for"`
	Path    string `json:"path"`
	Topic   string `json:"topic"`
	Secret  bool   `json:"secret"`
}

func newExport(env *Env, run runner[exportOptions]) *cobra.Command {
	o := &exportOptions{Env: env}
	c := command("export --for TARGET [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runExport)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.target, "for", "", "TARGET")
	f.StringVar(&o.out, "out", "", "FILE")
	f.StringVar(&o.keyFormat, "key-format", "pkcs8", "pkcs8|pkcs1")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	o.unlockOptions.flags(f)
	return c
}

func runExport(ctx context.Context, o *exportOptions) error {
	form, err := o.form()
	if err != nil {
		return err
	}
	s, err := o.state(ctx)
	if err != nil {
		return err
	}
	name, p, err := o.profile(s)
	if err != nil {
		return err
	}
	leaf, err := p.Leaf(name)
	if err != nil {
		return err
	}
	if leaf == nil {
		return problem.New(problem.CertificateMissing, problem.Params{"profile": name})
	}
	out := output{path: o.path(name, form), force: o.force}
	m := material{leaf: leaf, keyFormat: o.keyFormat}
	if form.secret {
		if err := o.secrets(ctx, s, name, form, out, &m); err != nil {
			return err
		}
	}
	data, err := form.encode(m)
	if err != nil {
		return err
	}
	return o.deliver(exportView{Profile: name, For: o.target, Topic: leaf.Topic(), Secret: form.secret}, out, data)
}

// form is the one that --for names.
func (o *exportOptions) form() (exportForm, error) {
	targets := exportTargets()
	form, ok := targets[o.target]
	if !ok {
		names := strings.Join(slices.Sorted(maps.Keys(targets)), ", ")
		return form, problem.Say(problem.Usage, "export-target", problem.Params{"value": o.target, "targets": names})
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
	return "PushCertificate-" + fileName(profile) + "-" + o.target + form.ending
}

// secrets adds the key and the password to what is exported. Whatever speaks against it
// comes before the first question: answers given for nothing are annoying.
func (o *exportOptions) secrets(ctx context.Context, s *lifecycle.State, name string, form exportForm, out output, m *material) error {
	stored := s.Profiles[name].Certificate.Key
	if stored == nil {
		return problem.Say(problem.KeyMissing, "export", problem.Params{"profile": name})
	}
	if stored.Public != m.leaf.PublicKey() {
		return problem.Say(problem.KeyMismatch, "stored", problem.Params{"profile": name})
	}
	if form.sealed {
		err := out.check(nil) // salted: a second file is never the same bytes
		if err == nil {
			m.password, err = o.newFilePassword()
		}
		if err != nil {
			return err
		}
	}
	opener, err := o.unlock(ctx, s, o.unlockOptions)
	if err != nil {
		return err
	}
	m.key, err = opener.Open(*stored)
	return err
}

func (o *exportOptions) deliver(v exportView, out output, data []byte) error {
	if err := o.write(out, data); err != nil {
		return err
	}
	form := exportTargets()[v.For]
	if form.secret && !form.sealed {
		o.note("export.unencrypted", nil)
	}
	if out.path == stdio {
		return nil
	}
	if v.For == "micromdm" && filepath.Ext(out.path) != form.ending {
		o.note("export.ending", problem.Params{"file": out.path, "ending": form.ending})
	}
	var err error
	if v.Path, err = filepath.Abs(out.path); err != nil {
		return err
	}
	return o.result(v, func(p *page) {
		p.say("export.done", problem.Params{"profile": v.Profile})
		p.fields(field{label: "file", value: v.Path}, field{label: "topic", value: v.Topic})
		p.say("export.for."+v.For, problem.Params{"file": msg.Quote(out.path)})
	})
}
