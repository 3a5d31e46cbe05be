package profile

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

type importOptions struct {
	*cli.Env
	cli.UnlockOptions
	files                        []string
	acceptTopic, chain, out      string
	passwordFile                 string
	allowShared, certificateOnly bool
	first, keepGoing, dryRun     bool
	force                        bool
	from                         gate.Naming
	appleAccount, expectTopic    string
	upload                       bool
	wait                         time.Duration
	fromServer                   string
	typed                        *pflag.FlagSet // as they were given
	paired                       bool           // the files are a certificate and its keys
	taken                        bool           // the config file was changed
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
	// KeyAdded tells that the certificate was here already, and has its private key only now.
	KeyAdded bool           `json:"key_added"`
	Previous *report.Stored `json:"previous"`
	Todo     []TodoView     `json:"todo"`
	Findings []problem.View `json:"findings"`
	// Server is where the certificate came from, with --from-server, and Upload what came of
	// handing it over; each is absent otherwise.
	Server string      `json:"server,omitempty"`
	Upload *UploadView `json:"upload,omitempty"`
}

// TodoView is the result of todo in JSON.
type TodoView struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// NewImport makes the command import.
func NewImport(env *cli.Env, run cli.Runner[importOptions]) *cobra.Command {
	o := &importOptions{Env: env}
	c := cli.Command("import [FILE...] [flags]", cli.ArgCount{Least: 0, Most: -1}, func(ctx context.Context, args []string) error {
		o.files = args
		env.Retyped = o.kept
		return run.Or(runImport)(ctx, o)
	})
	f := c.Flags()
	o.typed = f
	f.StringVar(&o.acceptTopic, "accept-new-topic", "", "TOPIC")
	f.BoolVar(&o.allowShared, "allow-shared", false, "")
	f.BoolVar(&o.certificateOnly, "certificate-only", false, "")
	f.StringVar(&o.expectTopic, "expect-topic", "", "TOPIC")
	f.BoolVar(&o.first, "first", false, "")
	f.StringVar(&o.appleAccount, "apple-account", "", "ADDRESS")
	f.BoolVar(&o.keepGoing, "keep-going", false, "")
	f.BoolVar(&o.dryRun, "dry-run", false, "")
	f.StringVar((*string)(&o.from), "profile-from", "", "cn|topic|filename")
	cli.Choices(f, "profile-from", gate.Namings()...)
	f.StringVar(&o.chain, "chain", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	f.BoolVar(&o.upload, "upload", false, "")
	f.DurationVar(&o.wait, "wait", twoMinutes, "DURATION")
	f.StringVar(&o.fromServer, "from-server", "", "NAME")
	cli.OutputVar(f, &o.out, "out", "", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	o.UnlockOptions.Flags(f)
	return c
}

// runImport takes all files or none: a second file that is refused leaves the first
// one unregistered too, so that "after a refusal nothing has changed" stays true.
func runImport(ctx context.Context, o *importOptions) error {
	if err := o.checkFlags(); err != nil {
		return err
	}
	s, terms, err := o.StateAndTerms(ctx, cli.TrustOptions{Chain: o.chain})
	if err != nil {
		return err
	}
	switch {
	case o.fromServer != "":
		return o.learn(ctx, s, terms)
	case len(o.files) == 0:
		return o.uploadStored(ctx, s, terms)
	}
	return o.take(ctx, s, terms)
}

// take takes the files that were named.
func (o *importOptions) take(ctx context.Context, s *lifecycle.State, terms lifecycle.Terms) error {
	files, several, err := o.readAll(ctx)
	if err != nil {
		return err
	}
	if e := files[0]; !several && isMoved(e) {
		return o.adopt(ctx, s, terms, e.Name, e.File.Moved)
	} else if !several && isAnswer(e) {
		return o.answered(ctx, s, terms, e)
	}
	if o.out != "" || o.force {
		return problem.Say(problem.Usage, "import-out", nil)
	}
	rules, err := o.rules(ctx, s, terms)
	if err != nil {
		return err
	}
	switch {
	case several && o.upload:
		return problem.Say(problem.Usage, "upload-one", nil)
	case several:
		return o.many(ctx, files, rules)
	}
	return o.one(ctx, s, files, rules)
}

// one takes one certificate, whose key may lie in a file of its own.
func (o *importOptions) one(ctx context.Context, s *lifecycle.State, files gate.Many, rules lifecycle.ImportOptions) error {
	sent, err := o.sendFirst(ctx, s, files, rules)
	if err == nil {
		err = o.update(ctx, func(s *lifecycle.State, seal signing.Seal) error {
			return cmp.Or(o.registerAll(s, files, seal, rules), sent.record(o, s))
		})
		err = o.delivered(sent, err)
	}
	if bad := files.Refused(); err != nil && len(bad) > 0 && bad[0].Candidate != nil {
		return o.refused(ctx, *bad[0].Candidate, rules, err)
	}
	if err != nil { // it was taken, and could not be written
		return err
	}
	return o.report(s, files.Taken(), sent)
}

// registerAll is register, where the error may also be about a file.
func (o *importOptions) registerAll(s *lifecycle.State, files gate.Many, seal signing.Seal, rules lifecycle.ImportOptions) error {
	if err := o.register(s, files, seal, rules); err != nil {
		return err
	}
	for _, e := range files.Refused() {
		return disk.AboutErr(e.Name, e.Err)
	}
	return nil
}

// register takes the certificate into the profile that was named, or that --profile-from says.
func (o *importOptions) register(s *lifecycle.State, files gate.Many, seal signing.Seal, rules lifecycle.ImportOptions) error {
	if o.from != "" {
		return files.Register(s, seal, rules, o.from)
	}
	files.Choose(s, rules, "")
	for _, e := range files.Certified() {
		if e.Err != nil {
			continue
		}
		e.Outcome, e.Err = gate.Register(s, *e.Candidate, seal, rules)
	}
	return nil
}

// report prints the result of one file.
func (o *importOptions) report(s *lifecycle.State, taken gate.Many, sent *sent) error {
	e := taken[0]
	e.Outcome.Todo = left(s, e.Outcome, sent)
	if out := e.Outcome; out.Created && !o.dryRun {
		o.NoteCreated(out.Profile, out.Beside, out.Near)
	}
	if e.Outcome.GaveWay && !o.dryRun {
		o.Note("import.gave-way", problem.Params{"profile": e.Outcome.Profile, "other_profile": lifecycle.DefaultProfile})
	}
	o.noteWritten(e.Outcome)
	v := newImport(o.Env, e.Name, e.Outcome, o.dryRun)
	v.Upload = sent.view(o.Now())
	return o.Result(v, func(p *cli.Page) {
		if o.dryRun {
			e.Outcome.Todo = nil
		}
		writeImport(p, e.Outcome, sent)
	})
}

func newImport(e *cli.Env, file string, out *lifecycle.Outcome, dryRun bool) ImportView {
	c := report.NewCertificate(out.Certificate, e.Now())
	v := ImportView{
		Action: report.ActionName(out.Action), Profile: out.Profile, Created: out.Created, File: file,
		Topic: c.Topic, SerialHex: c.SerialHex, Ends: c.Ends, KeyAdded: out.Headline == lifecycle.HeadlineCompleted, Previous: report.NewStored(out.Previous),
		Todo: []TodoView{}, Findings: e.FindingViews(out.Findings),
	}
	for _, step := range out.Todo {
		if dryRun {
			break // nothing is there yet to go on with
		}
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
	params := problem.Params{"profile": out.Profile, "topic": topic, "old_topic": out.OldTopic}
	if !out.Until.IsZero() {
		params["until"] = out.Until.UTC().Format(time.DateOnly)
	}
	return params
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

func writeImport(p *cli.Page, out *lifecycle.Outcome, sent *sent) {
	params := outcomeParams(out)
	p.Blank()
	p.Say("import.headline."+string(out.Headline), params)
	var fields []page.Field
	if out.Certificate != nil {
		fields = p.Env.CertificateFacts(out.Certificate)
	}
	if out.Previous != nil && out.Action != "" {
		fields = append(
			fields,
			page.Field{Label: "before-serial", Value: out.Previous.SerialHex()},
			page.Field{Label: "before-until", Value: p.Env.Stamp(out.Previous.X509.NotAfter)},
		)
	}
	p.Fields(fields...)
	p.Findings(out.Findings)
	sent.write(p)
	left := out.Todo
	if p.Env.Led { // whoever leads on goes through the others one by one
		left = slices.DeleteFunc(slices.Clone(left), func(step lifecycle.Todo) bool {
			return slices.Contains([]lifecycle.Todo{lifecycle.TodoUpload, lifecycle.TodoHandOver, lifecycle.TodoServer, lifecycle.TodoServerKey, lifecycle.TodoRestart, lifecycle.TodoPushOne}, step)
		})
	}
	if len(left) == 0 || p.Env.Global.Quiet {
		return
	}
	p.Blank()
	p.Say("import.left", params)
	for i, step := range left {
		p.Numbered(i+1, todo(p.Env, step, out))
	}
}
