package profile

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

type importOptions struct {
	*cli.Env
	cli.UnlockOptions
	files                        []string
	acceptTopic, chain           string
	passwordFile                 string
	allowShared, certificateOnly bool
	first                        bool
	appleAccount, expectTopic    string
}

// ImportView is what one import did.
type ImportView struct {
	Action    string `json:"action"`
	Profile   string `json:"profile"`
	Created   bool   `json:"created"`
	File      string `json:"file"`
	Topic     string `json:"topic"`
	SerialHex string `json:"serial_hex"`
	report.Ends
	Previous *report.Stored `json:"previous"`
	Todo     []TodoView     `json:"todo"`
	Findings []problem.View `json:"findings"`
}

// TodoView is the result of todo in JSON.
type TodoView struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// NewImport makes the command import.
func NewImport(env *cli.Env, run cli.Runner[importOptions]) *cobra.Command {
	o := &importOptions{Env: env}
	c := cli.Command("import FILE... [flags]", cli.ArgCount{Least: 1, Most: -1}, func(ctx context.Context, args []string) error {
		o.files = args
		return run.Or(runImport)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.acceptTopic, "accept-new-topic", "", "TOPIC")
	f.BoolVar(&o.allowShared, "allow-shared", false, "")
	f.BoolVar(&o.certificateOnly, "certificate-only", false, "")
	f.StringVar(&o.expectTopic, "expect-topic", "", "TOPIC")
	f.BoolVar(&o.first, "first", false, "")
	f.StringVar(&o.appleAccount, "apple-account", "", "ADDRESS")
	f.StringVar(&o.chain, "chain", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	o.UnlockOptions.Flags(f)
	return c
}

// runImport takes all files or none: a second file that is refused leaves the first
// one unregistered too, so that "after a refusal nothing has changed" stays true.
func runImport(ctx context.Context, o *importOptions) error {
	s, j, err := o.Judged(ctx, cli.TrustOptions{Chain: o.chain})
	if err != nil {
		return err
	}
	files, moved, err := o.candidates()
	if err != nil {
		return err
	}
	if moved != nil {
		return o.adopt(ctx, s, j, o.files[0], moved)
	}
	rules, err := o.rules(ctx, s, j)
	if err != nil {
		return err
	}
	var outcomes []*lifecycle.Outcome
	err = o.Update(ctx, func(s *lifecycle.State) error {
		seal, err := signing.To(s.Sealing, o.Now())
		if err != nil {
			return err
		}
		for _, f := range files {
			out, err := gate.Register(s, f, seal, rules)
			if err != nil {
				return cli.AboutFileErr(f.Name, err)
			}
			outcomes = append(outcomes, out)
		}
		return nil
	})
	if err != nil && len(outcomes) < len(files) {
		return o.refused(ctx, files[len(outcomes)], rules, err)
	}
	if err != nil { // all were taken, and could not be written
		return err
	}
	return o.report(files, outcomes)
}

// candidates reads the files: certificates and keys, or one profile of another config file.
func (o *importOptions) candidates() (all []gate.Candidate, moved []byte, err error) {
	var files gate.Files
	names := cli.Globbed(o.files)
	for _, name := range names {
		file, err := o.ReadFile(name, o.passwordFile)
		switch {
		case err != nil:
			return nil, nil, err
		case file.Role == pushcert.RoleProfile && len(names) > 1:
			return nil, nil, problem.Say(problem.Usage, "moved-alone", problem.Params{"file": name})
		case file.Role == pushcert.RoleProfile:
			return nil, file.Moved, nil
		}
		if err := files.Add(name, file); err != nil {
			return nil, nil, err
		}
	}
	all, err = files.Candidates()
	return all, nil, err
}

// report prints one result for one file, a list for several.
func (o *importOptions) report(files []gate.Candidate, outcomes []*lifecycle.Outcome) error {
	views := []ImportView{}
	for i, out := range outcomes {
		if out.Created {
			o.NoteCreated(out.Profile, out.Beside, out.Near)
		}
		views = append(views, newImport(o.Env, files[i].Name, out))
	}
	var view any = map[string]any{"imports": views}
	if len(views) == 1 {
		view = views[0]
	}
	return o.Result(view, func(p *cli.Page) {
		for _, out := range outcomes {
			writeImport(p, out)
		}
	})
}

func newImport(e *cli.Env, file string, out *lifecycle.Outcome) ImportView {
	c := report.NewCertificate(out.Certificate, e.Now())
	v := ImportView{
		Action: report.ActionName(out.Action), Profile: out.Profile, Created: out.Created, File: file,
		Topic: c.Topic, SerialHex: c.SerialHex, Ends: c.Ends, Previous: report.NewStored(out.Previous),
		Todo: []TodoView{}, Findings: e.FindingViews(out.Findings),
	}
	for _, step := range out.Todo {
		v.Todo = append(v.Todo, TodoView{string(step), todo(e.English(), step, out)})
	}
	return v
}

// outcomeParams are the values that the sentences about an import name.
func outcomeParams(out *lifecycle.Outcome) problem.Params {
	topic := ""
	if out.Certificate != nil {
		topic = out.Certificate.Topic()
	}
	return problem.Params{
		"profile": out.Profile, "topic": topic, "old_topic": out.OldTopic, "until": out.Until.UTC().Format(time.DateOnly),
	}
}

// todo is a step that is left after an import. One device is tested with, all are woken.
func todo(e *cli.Env, step lifecycle.Todo, out *lifecycle.Outcome) string {
	params, key := outcomeParams(out), "output.todo."+string(step)
	switch {
	case step == lifecycle.TodoSyncAll:
		params["device_file"] = "fleet.csv"
	case step == lifecycle.TodoReenroll && out.Previous != nil: // which can come back
		key += "-back"
	}
	return e.T(key, params)
}

func writeImport(p *cli.Page, out *lifecycle.Outcome) {
	params := outcomeParams(out)
	p.Blank()
	p.Say("import.headline."+string(out.Headline), params)
	var fields []cli.Field
	if out.Certificate != nil {
		fields = p.Env.CertificateFacts(out.Certificate)
	}
	if out.Previous != nil && out.Action != "" {
		fields = append(
			fields,
			cli.Field{Label: "before-serial", Value: out.Previous.SerialHex()},
			cli.Field{Label: "before-until", Value: p.Env.Stamp(out.Previous.X509.NotAfter)},
		)
	}
	p.Fields(fields...)
	p.Findings(out.Findings)
	if len(out.Todo) == 0 || p.Env.Global.Quiet {
		return
	}
	p.Blank()
	p.Say("import.left", params)
	for i, step := range out.Todo {
		p.Numbered(i+1, todo(p.Env, step, out))
	}
}
