package request

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

type csrOptions struct {
	*cli.Env
	cli.UnlockOptions
	out                                       string
	force, newKey, unsigned, due, first       bool
	appleAccount, country, email, expectTopic string
	chain, warnDays                           string
}

// CSRView is one request that was written.
type CSRView struct {
	Profile      string         `json:"profile"`
	Created      bool           `json:"created"`
	Reused       bool           `json:"reused"`
	Signed       bool           `json:"signed"`
	Path         string         `json:"path"`
	Bytes        int            `json:"bytes"`
	SHA256       string         `json:"sha256"`
	Topic        string         `json:"topic"`
	Vendor       string         `json:"vendor"`
	VendorSerial string         `json:"vendor_serial"`
	Findings     []problem.View `json:"findings"`
}

// NewCSR makes the command csr.
func NewCSR(env *cli.Env, run cli.Runner[csrOptions]) *cobra.Command {
	o := &csrOptions{Env: env}
	c := env.ProfileCommand("csr [NAME] [flags]", func(ctx context.Context) error {
		return run.Or(runCSR)(ctx, o)
	})
	f := c.Flags()
	cli.OutputVar(f, &o.out, "out", "", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	f.BoolVar(&o.newKey, "new-key", false, "")
	f.BoolVar(&o.unsigned, "unsigned", false, "")
	f.BoolVar(&o.due, "due", false, "")
	f.StringVar(&o.warnDays, "warn-days", "", "DAYS")
	f.StringVar(&o.expectTopic, "expect-topic", "", "TOPIC")
	f.BoolVar(&o.first, "first", false, "")
	f.StringVar(&o.appleAccount, "apple-account", "", "ADDRESS")
	f.StringVar(&o.country, "country", "", "CC")
	f.StringVar(&o.email, "email", "", "ADDRESS")
	f.StringVar(&o.chain, "chain", "", "FILE")
	o.UnlockOptions.Flags(f)
	return c
}

func runCSR(ctx context.Context, o *csrOptions) error {
	var err error
	if o.expectTopic, err = cli.TopicFlag(o.expectTopic); err != nil {
		return err
	}
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	names, err := o.profiles(s)
	if err != nil {
		return err
	}
	if o.due && len(names) == 0 {
		return o.Result(map[string]any{"requests": []CSRView{}}, func(p *cli.Page) { p.Say("csr.none-due", nil) })
	}
	if err := o.settleAll(s, names); err != nil {
		return err
	}
	w, err := o.writer(ctx, s, names)
	if err != nil {
		return err
	}
	files, err := w.requests(ctx, names)
	if err != nil || o.out == cli.Stdio {
		return err
	}
	return o.report(files)
}

// report is one result for one profile, and a list with --due.
func (o *csrOptions) report(files []written) error {
	views := []CSRView{}
	for _, f := range files {
		views = append(views, f.view)
	}
	var view any = map[string]any{"requests": views}
	if !o.due {
		view = views[0]
	}
	return o.Result(view, func(p *cli.Page) {
		for _, f := range files {
			p.Blank()
			writeRequest(p, f)
		}
	})
}

// profiles are those that get a request: the one chosen, or all that are due.
func (o *csrOptions) profiles(s *lifecycle.State) ([]string, error) {
	if !o.due {
		name, err := s.Choose(o.ProfileName())
		return []string{name}, err
	}
	for _, single := range []struct{ flag, value string }{
		{"--profile", o.Global.Profile}, {"--out", o.out}, {"--expect-topic", o.expectTopic}, {"--first", given(o.first)},
	} {
		if single.value != "" {
			return nil, problem.Say(problem.Usage, "exclusive", problem.Params{"flag": single.flag, "other": "--due"})
		}
	}
	j, err := o.Judge(s, cli.TrustOptions{}, cli.ThresholdOptions{WarnDays: o.warnDays})
	if err != nil {
		return nil, err
	}
	return s.Due(j)
}

// csrWriter makes requests with one unlocked vendor identity.
type csrWriter struct {
	*csrOptions
	settings cli.Settings
	judge    lifecycle.Judge
	seal     signing.Seal
	signer   *signing.Signer       // nil with --unsigned
	outputs  map[string]cli.Output // by profile
}

// writer prepares what all requests need. Whether their files can be written is settled
// before anybody is asked for a passphrase.
func (o *csrOptions) writer(ctx context.Context, s *lifecycle.State, names []string) (*csrWriter, error) {
	w := &csrWriter{csrOptions: o, outputs: map[string]cli.Output{}}
	var err error
	if w.settings, err = o.Env.Settings(ctx, nil); err != nil {
		return nil, err
	}
	if w.judge, err = o.Env.Judge(s, cli.TrustOptions{Chain: o.chain}, cli.ThresholdOptions{WarnDays: o.warnDays}); err != nil {
		return nil, err
	}
	if w.seal, err = signing.To(s.Sealing, o.Now()); err != nil {
		return nil, err
	}
	for _, name := range names {
		if w.outputs[name], err = o.output(s.Profiles[name], name); err != nil {
			return nil, err
		}
	}
	if !o.unsigned {
		w.signer, err = o.Signer(ctx, s, w.judge, o.UnlockOptions)
	}
	return w, err
}

// written is a request on its way into a file.
type written struct {
	view     CSRView
	first    bool // no device was ever enrolled
	open     bool // nobody has said whether devices are enrolled
	findings []problem.Finding
	out      cli.Output
	data     []byte
	beside   string // the other profiles
	near     string // those whose name is a slip away
}

// requests opens or repeats the requests of all profiles, or of none: the config file
// changes once, after every file was found writable. The keys are safe in it before
// the first request leaves.
func (w *csrWriter) requests(ctx context.Context, names []string) ([]written, error) {
	var files []written
	err := w.Update(ctx, func(s *lifecycle.State) error {
		for _, name := range names {
			f, err := w.request(s, name)
			if err != nil {
				return err
			}
			files = append(files, *f)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := w.Write(f.out, f.data); err != nil {
			return nil, err
		}
		if f.view.Created {
			w.NoteCreated(f.view.Profile, f.beside, f.near)
		}
		if f.open {
			w.Note("csr.unanswered", problem.Params{"profile": f.view.Profile})
		}
	}
	return files, nil
}

// request opens or repeats one profile's request, signs it, and checks it as Apple would.
func (w *csrWriter) request(s *lifecycle.State, name string) (*written, error) {
	f := &written{out: w.outputs[name]}
	v := &f.view
	v.Profile, v.Signed, v.Findings = name, w.signer != nil, []problem.View{}
	pending, reused, created, err := s.Request(w.options(name), w.fresh(name))
	if err != nil {
		return nil, err
	}
	v.Reused, v.Created = reused, created
	known, err := s.Profiles[name].KnownTopic(name)
	if err != nil {
		return nil, err
	}
	v.Topic, f.first = known.Topic, s.Profiles[name].First
	f.open = known.Topic == "" && !f.first
	f.beside, f.near = s.Others(name), s.NearMisses(name)
	if f.data, err = w.bytes(pending, f); err != nil {
		return nil, err
	}
	v.Bytes, v.SHA256 = len(f.data), fmt.Sprintf("%x", sha256.Sum256(f.data))
	if v.Path, err = filepath.Abs(f.out.Path); err != nil {
		return nil, err
	}
	return f, f.out.Check(f.data)
}

func (w *csrWriter) options(name string) lifecycle.RequestOptions {
	return lifecycle.RequestOptions{
		Profile: name, NewKey: w.newKey, First: w.first, Actor: w.Actor(), Now: w.Now(),
		AppleAccount: w.appleAccount, DefaultAccount: w.settings.Text(cli.SettingAppleAccount), Email: w.email,
		Country: strings.ToUpper(w.country), ExpectTopic: w.expectTopic,
	}
}

// fresh makes the key pair and its CSR, and seals the key.
func (w *csrWriter) fresh(name string) func(*lifecycle.Profile) (lifecycle.Key, *pushcert.CSR, error) {
	return func(p *lifecycle.Profile) (lifecycle.Key, *pushcert.CSR, error) {
		return w.seal.NewKey(pushcert.Subject{
			CommonName: cmp.Or(w.settings.Text(cli.SettingOrganization), name),
			Email:      cmp.Or(p.Email, w.settings.Text(cli.SettingEmail)),
			Country:    cmp.Or(p.Country, w.settings.Text(cli.SettingCountry)),
		})
	}
}

// bytes is the file for the portal, or the plain CSR for an outside vendor.
func (w *csrWriter) bytes(pending *lifecycle.Pending, f *written) ([]byte, error) {
	if w.signer == nil {
		return []byte(pending.CSR), nil
	}
	data, findings, err := w.signer.Sign(pending.CSR)
	if err != nil {
		return nil, err
	}
	v := &f.view
	pending.VendorSerial, pending.Vendor = w.signer.Certificate.SerialHex(), w.signer.Certificate.Organization()
	v.Vendor, v.VendorSerial = pending.Vendor, pending.VendorSerial
	f.findings, v.Findings = findings, w.FindingViews(findings)
	return data, nil
}

func (o *csrOptions) path(name string) string {
	if o.out != "" {
		return o.out
	}
	if o.unsigned {
		return "PushCertificate-" + o.FileName(name) + ".csr"
	}
	return "PushCertificateRequest-" + o.FileName(name) + ".plist"
}

// given shows a switch as a value, empty when it is off.
func given(flag bool) string {
	if flag {
		return "true"
	}
	return ""
}
