package cli

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type csrOptions struct {
	*Env
	unlockOptions
	out                                       string
	force, newKey, unsigned, due              bool
	appleAccount, country, email, expectTopic string
	chain, warnDays                           string
}

// csrView is one request that was written.
type csrView struct {
	Profile      string        `json:"profile"`
	Created      bool          `json:"created"`
	Reused       bool          `json:"reused"`
	Signed       bool          `json:"signed"`
	Path         string        `json:"path"`
	Bytes        int           `json:"bytes"`
	SHA256       string        `json:"sha256"`
	Topic        string        `json:"topic"`
	Vendor       string        `json:"vendor"`
	VendorSerial string        `json:"vendor_serial"`
	Findings     []findingView `json:"findings"`
}

func newCSR(env *Env, run runner[csrOptions]) *cobra.Command {
	o := &csrOptions{Env: env}
	c := command("csr [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runCSR)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.out, "out", "", "FILE")
	f.BoolVar(&o.force, "force", false, "")
	f.BoolVar(&o.newKey, "new-key", false, "")
	f.BoolVar(&o.unsigned, "unsigned", false, "")
	f.BoolVar(&o.due, "due", false, "")
	f.StringVar(&o.warnDays, "warn-days", "", "DAYS")
	f.StringVar(&o.expectTopic, "expect-topic", "", "TOPIC")
	f.StringVar(&o.appleAccount, "apple-account", "", "ADDRESS")
	f.StringVar(&o.country, "country", "", "CC")
	f.StringVar(&o.email, "email", "", "ADDRESS")
	f.StringVar(&o.chain, "chain", "", "FILE")
	o.unlockOptions.flags(f)
	return c
}

func runCSR(ctx context.Context, o *csrOptions) error {
	if err := o.checkTopic(); err != nil {
		return err
	}
	s, err := o.state(ctx)
	if err != nil {
		return err
	}
	names, err := o.profiles(ctx, s)
	if err != nil {
		return err
	}
	if o.due && len(names) == 0 {
		return o.result(map[string]any{"requests": []csrView{}}, func(p *page) { p.say("csr.none-due", nil) })
	}
	w, err := o.writer(ctx, s)
	if err != nil {
		return err
	}
	files, err := w.requests(ctx, names)
	if err != nil || o.out == stdio {
		return err
	}
	views := []csrView{}
	for _, f := range files {
		views = append(views, f.view)
	}
	var view any = map[string]any{"requests": views}
	if !o.due {
		view = views[0]
	}
	return o.result(view, func(p *page) {
		for _, f := range files {
			p.blank()
			p.csr(f.view, f.findings)
		}
	})
}

// checkTopic takes --expect-topic in any form in which the portal or a device shows it.
func (o *csrOptions) checkTopic() error {
	topic, ok := pushcert.ParseTopic(o.expectTopic)
	switch {
	case ok:
		o.expectTopic = topic
	case o.expectTopic != "":
		return problem.Say(problem.Usage, "topic", problem.Params{"value": o.expectTopic})
	}
	return nil
}

// profiles are those that get a request: the one chosen, or all that are due.
func (o *csrOptions) profiles(ctx context.Context, s *lifecycle.State) ([]string, error) {
	if !o.due {
		name, err := s.Choose(o.profileName())
		return []string{name}, err
	}
	for _, single := range []struct{ flag, value string }{
		{"--profile", o.global.profile}, {"--out", o.out}, {"--expect-topic", o.expectTopic},
	} {
		if single.value != "" {
			return nil, problem.Say(problem.Usage, "exclusive", problem.Params{"flag": single.flag, "other": "--due"})
		}
	}
	j, err := o.judge(ctx, s, trustOptions{}, thresholdOptions{warnDays: o.warnDays})
	if err != nil {
		return nil, err
	}
	return s.Due(j)
}

// csrWriter makes requests with one unlocked vendor identity.
type csrWriter struct {
	*csrOptions
	settings settings
	judge    lifecycle.Judge
	seal     sealFunc
	signer   *vendorSigner // nil with --unsigned
}

func (o *csrOptions) writer(ctx context.Context, s *lifecycle.State) (*csrWriter, error) {
	w := &csrWriter{csrOptions: o}
	var err error
	if w.settings, err = o.Env.settings(ctx, nil); err != nil {
		return nil, err
	}
	if w.judge, err = o.Env.judge(ctx, s, trustOptions{chain: o.chain}, thresholdOptions{warnDays: o.warnDays}); err != nil {
		return nil, err
	}
	if w.seal, err = o.sealer(s); err != nil {
		return nil, err
	}
	if !o.unsigned {
		w.signer, err = o.vendorSigner(ctx, s, w.judge, o.unlockOptions)
	}
	return w, err
}

// written is a request on its way into a file.
type written struct {
	view     csrView
	findings []problem.Finding
	out      output
	data     []byte
	beside   string // the other profiles
}

// requests opens or repeats the requests of all profiles, or of none: the config file
// changes once, after every file was found writable. The keys are safe in it before
// the first request leaves.
func (w *csrWriter) requests(ctx context.Context, names []string) ([]written, error) {
	var files []written
	err := w.update(ctx, func(s *lifecycle.State) error {
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
		if err := w.write(f.out, f.data); err != nil {
			return nil, err
		}
		if f.view.Created {
			w.noteCreated(f.view.Profile, f.beside)
		}
	}
	return files, nil
}

// request opens or repeats one profile's request, signs it, and checks it as Apple would.
func (w *csrWriter) request(s *lifecycle.State, name string) (*written, error) {
	f := &written{out: output{path: w.path(name), force: w.force}}
	v := &f.view
	v.Profile, v.Signed, v.Findings = name, w.signer != nil, []findingView{}
	pending, reused, created, err := s.Request(w.options(name), w.fresh(name))
	if err != nil {
		return nil, err
	}
	v.Reused, v.Created, v.Topic = reused, created, w.topic(s.Profiles[name], name)
	f.beside = s.Others(name)
	if f.data, err = w.bytes(pending, f); err != nil {
		return nil, err
	}
	v.Bytes, v.SHA256 = len(f.data), fmt.Sprintf("%x", sha256.Sum256(f.data))
	if v.Path, err = filepath.Abs(f.out.path); err != nil {
		return nil, err
	}
	return f, f.out.check(f.data)
}

func (w *csrWriter) options(name string) lifecycle.RequestOptions {
	return lifecycle.RequestOptions{
		Profile: name, NewKey: w.newKey, Actor: w.actor(), Now: w.Now(),
		AppleAccount: w.appleAccount, DefaultAccount: w.settings.text(setAppleAccount), Email: w.email,
		Country: strings.ToUpper(w.country), ExpectTopic: w.expectTopic,
	}
}

// fresh makes the key pair and its CSR, and seals the key.
func (w *csrWriter) fresh(name string) func(*lifecycle.Profile) (lifecycle.Key, *pushcert.CSR, error) {
	return func(p *lifecycle.Profile) (lifecycle.Key, *pushcert.CSR, error) {
		return w.newRequest(w.seal, pushcert.Subject{
			CommonName: cmp.Or(w.settings.text(setOrganization), name),
			Email:      cmp.Or(p.Email, w.settings.text(setEmail)),
			Country:    cmp.Or(p.Country, w.settings.text(setCountry)),
		})
	}
}

// bytes is the file for the portal, or the plain CSR for an outside vendor.
func (w *csrWriter) bytes(pending *lifecycle.Pending, f *written) ([]byte, error) {
	if w.signer == nil {
		return []byte(pending.CSR), nil
	}
	data, findings, err := w.signer.sign(pending.CSR, w.judge)
	if err != nil {
		return nil, err
	}
	v := &f.view
	pending.VendorSerial, pending.Vendor = w.signer.certificate.SerialHex(), w.signer.certificate.Organization()
	v.Vendor, v.VendorSerial = pending.Vendor, pending.VendorSerial
	f.findings, v.Findings = findings, w.findingViews(findings)
	return data, nil
}

// topic is what the certificate will have to keep; empty before the first one.
func (w *csrWriter) topic(p *lifecycle.Profile, name string) string {
	if c, err := p.Leaf(name); err == nil && c != nil {
		return c.Topic()
	}
	return p.ExpectTopic
}

func (w *csrWriter) path(name string) string {
	if w.out != "" {
		return w.out
	}
	if w.signer == nil {
		return "PushCertificate-" + fileName(name) + ".csr"
	}
	return "PushCertificateRequest-" + fileName(name) + ".plist"
}

// fileName makes a profile's name safe as part of a file name on every system.
func fileName(profile string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, profile)
}
