package profile

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

type importOptions struct {
	*cli.Env
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

// ImportsView is the result of an import of several files.
type ImportsView struct {
	Imports []ImportView `json:"imports"`
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
	return c
}

// runImport takes all files or none: a second file that is refused leaves the first
// one unregistered too, so that "after a refusal nothing has changed" stays true.
func runImport(ctx context.Context, o *importOptions) error {
	s, j, err := o.Judged(ctx, cli.TrustOptions{Chain: o.chain})
	if err != nil {
		return err
	}
	files, err := o.candidates()
	if err != nil {
		return err
	}
	rules, err := o.rules(ctx, s, j)
	if err != nil {
		return err
	}
	seal, err := signing.To(s.Sealing, o.Now())
	if err != nil {
		return err
	}
	var outcomes []*lifecycle.Outcome
	err = o.Update(ctx, func(s *lifecycle.State) error {
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

// candidates reads the files.
func (o *importOptions) candidates() ([]gate.Candidate, error) {
	var files gate.Files
	for _, name := range cli.Globbed(o.files) {
		file, err := o.ReadFile(name, o.passwordFile)
		if err != nil {
			return nil, err
		}
		if err := files.Add(name, file); err != nil {
			return nil, err
		}
	}
	return files.Candidates()
}

// report prints one result for one file, a list for several.
func (o *importOptions) report(files []gate.Candidate, outcomes []*lifecycle.Outcome) error {
	views := []ImportView{}
	for i, out := range outcomes {
		if out.Created {
			o.NoteCreated(out.Profile, out.Beside, out.Near)
		}
		views = append(views, o.view(files[i].Name, out))
	}
	var view any = ImportsView{views}
	if len(views) == 1 {
		view = views[0]
	}
	return o.Result(view, func(p *cli.Page) {
		for _, out := range outcomes {
			writeImport(p, out)
		}
	})
}

func (o *importOptions) view(file string, out *lifecycle.Outcome) ImportView {
	c := report.NewCertificate(out.Certificate, o.Now())
	v := ImportView{
		Action: report.ActionName(out.Action), Profile: out.Profile, Created: out.Created, File: file,
		Topic: c.Topic, SerialHex: c.SerialHex, Ends: c.Ends, Previous: report.NewStored(out.Previous),
		Todo: []TodoView{}, Findings: o.FindingViews(out.Findings),
	}
	for _, step := range out.Todo {
		v.Todo = append(v.Todo, TodoView{string(step), todo(o.English(), step, out)})
	}
	return v
}

// outcomeParams are the values that the sentences about an import name.
func outcomeParams(out *lifecycle.Outcome) problem.Params {
	return problem.Params{
		"profile": out.Profile, "topic": out.Certificate.Topic(), "old_topic": out.OldTopic, "until": out.Until.UTC().Format(time.DateOnly),
	}
}

// todo is a step that is left after an import. One device is tested with, all are woken.
func todo(e *cli.Env, step lifecycle.Todo, out *lifecycle.Outcome) string {
	params := outcomeParams(out)
	if step == lifecycle.TodoSyncAll {
		params["device_file"] = "fleet.csv"
	}
	return e.T("output.todo."+string(step), params)
}

func writeImport(p *cli.Page, out *lifecycle.Outcome) {
	params := outcomeParams(out)
	p.Blank()
	p.Say("import.headline."+string(out.Headline), params)
	fields := p.Env.CertificateFields(out.Certificate)
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
