package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type importOptions struct {
	*Env
	files                        []string
	acceptTopic, chain           string
	passwordFile                 string
	allowShared, certificateOnly bool
	appleAccount                 string
}

// importView is what one import did.
type importView struct {
	Action    string        `json:"action"`
	Profile   string        `json:"profile"`
	Created   bool          `json:"created"`
	File      string        `json:"file"`
	Topic     string        `json:"topic"`
	SerialHex string        `json:"serial_hex"`
	NotAfter  string        `json:"not_after"`
	DaysLeft  int           `json:"days_left"`
	Previous  *storedView   `json:"previous"`
	Todo      []todoView    `json:"todo"`
	Findings  []findingView `json:"findings"`
}

type todoView struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

func newImport(env *Env, run runner[importOptions]) *cobra.Command {
	o := &importOptions{Env: env}
	c := command("import FILE... [flags]", argCount{1, -1}, func(ctx context.Context, args []string) error {
		o.files = args
		return run.or(runImport)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.acceptTopic, "accept-new-topic", "", "TOPIC")
	f.BoolVar(&o.allowShared, "allow-shared", false, "")
	f.BoolVar(&o.certificateOnly, "certificate-only", false, "")
	f.StringVar(&o.appleAccount, "apple-account", "", "ADDRESS")
	f.StringVar(&o.chain, "chain", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	return c
}

// runImport takes all files or none: a second file that is refused leaves the first
// one unregistered too, so that "after a refusal nothing has changed" stays true.
func runImport(ctx context.Context, o *importOptions) error {
	s, j, err := o.judged(ctx, trustOptions{chain: o.chain}, thresholdOptions{})
	if err != nil {
		return err
	}
	files, err := o.candidates()
	if err != nil {
		return err
	}
	set, err := o.settings(ctx, nil)
	if err != nil {
		return err
	}
	seal, err := o.sealer(s)
	if err != nil {
		return err
	}
	rules := lifecycle.ImportOptions{
		Judge: j, Profile: o.profileName(), Actor: o.actor(),
		AppleAccount: o.appleAccount, DefaultAccount: set.text(setAppleAccount),
		AcceptTopic: o.acceptTopic, AllowShared: o.allowShared, CertificateOnly: o.certificateOnly,
	}
	var outcomes []*lifecycle.Outcome
	err = o.update(ctx, func(s *lifecycle.State) error {
		for _, f := range files {
			out, err := one(s, f, seal, rules)
			if err != nil {
				return aboutFileErr(f.name, err)
			}
			outcomes = append(outcomes, out)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return o.report(files, outcomes)
}

// given is one input file that holds a certificate.
type given struct {
	name        string
	certificate *pushcert.Certificate
	key         *pushcert.Key
}

// candidates reads the files. A key that stands in a file of its own is found by the
// certificate that it belongs to, so that "import cert.pem key.pem" is one import.
func (o *importOptions) candidates() ([]given, error) {
	var certs []given
	var keys []*pushcert.Key
	for _, name := range globbed(o.files) {
		file, err := o.readFile(name, o.passwordFile)
		if err != nil {
			return nil, err
		}
		keys = append(keys, file.Keys...)
		switch leaf := file.Leaf(); {
		case leaf != nil:
			certs = append(certs, given{name: name, certificate: leaf})
		case len(file.Keys) == 0:
			return nil, lifecycle.WrongKind(file.Role).Err()
		}
	}
	if len(certs) == 0 {
		return nil, lifecycle.WrongKind(pushcert.RolePrivateKey).Err()
	}
	for i := range certs {
		certs[i].key = keyFor(certs[i].certificate, keys)
	}
	return certs, nil
}

// keyFor picks the key of a certificate; a lone pair that does not match is passed on,
// to be refused with the right words.
func keyFor(c *pushcert.Certificate, keys []*pushcert.Key) *pushcert.Key {
	for _, k := range keys {
		if k.PublicKey() == c.PublicKey() {
			return k
		}
	}
	if len(keys) == 1 {
		return keys[0]
	}
	return nil
}

func one(s *lifecycle.State, f given, seal sealFunc, rules lifecycle.ImportOptions) (*lifecycle.Outcome, error) {
	c := lifecycle.Candidate{Certificate: f.certificate}
	if f.key != nil {
		if f.key.Signer == nil {
			return nil, problem.New(problem.KeyEncrypted, problem.Params{"file": named(f.name)})
		}
		key, err := seal(f.key.Signer)
		if err != nil {
			return nil, err
		}
		c.Key = &key
	}
	return s.Import(c, rules)
}

// report prints one result for one file, a list for several.
func (o *importOptions) report(files []given, outcomes []*lifecycle.Outcome) error {
	views := []importView{}
	for i, out := range outcomes {
		if out.Created {
			o.noteCreated(out.Profile, out.Beside)
		}
		views = append(views, o.view(files[i].name, out))
	}
	var view any = map[string]any{"imports": views}
	if len(views) == 1 {
		view = views[0]
	}
	return o.result(view, func(p *page) {
		for _, out := range outcomes {
			p.imported(out)
		}
	})
}

// actionName is the contract's word for what an import did.
func actionName(a lifecycle.Action) string {
	switch a {
	case "":
		return "unchanged"
	case lifecycle.Replaced:
		return string(lifecycle.Registered)
	}
	return string(a)
}

func (o *importOptions) view(file string, out *lifecycle.Outcome) importView {
	v := importView{
		Action: actionName(out.Action), Profile: out.Profile, Created: out.Created, File: file,
		Topic: out.Certificate.Topic(), SerialHex: out.Certificate.SerialHex(),
		NotAfter: rfc3339(out.Certificate.X509.NotAfter), DaysLeft: out.Certificate.DaysLeft(o.Now()),
		Previous: newStoredView(out.Previous), Todo: []todoView{}, Findings: o.findingViews(out.Findings),
	}
	for _, step := range out.Todo {
		v.Todo = append(v.Todo, todoView{string(step), o.english().T("output.todo."+string(step), problem.Params{"profile": out.Profile})})
	}
	return v
}

func (p *page) imported(out *lifecycle.Outcome) {
	params := problem.Params{"profile": out.Profile, "topic": out.Certificate.Topic()}
	p.blank()
	p.say("import."+actionName(out.Action), params)
	fields := p.env.certificateFields(out.Certificate)
	if out.Previous != nil && out.Action != "" {
		fields = append(
			fields,
			field{label: "before-serial", value: out.Previous.SerialHex()},
			field{label: "before-until", value: p.env.stamp(out.Previous.X509.NotAfter)},
		)
	}
	p.fields(fields...)
	p.findings(out.Findings)
	if len(out.Todo) == 0 || p.env.global.quiet {
		return
	}
	p.blank()
	p.say("import.left", params)
	for i, step := range out.Todo {
		p.numbered(i+1, p.env.T("output.todo."+string(step), params))
	}
}
