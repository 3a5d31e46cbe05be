package request

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

type csrOptions struct {
	*cli.Env
	cli.UnlockOptions
	out                                       string
	force, newKey, unsigned, due, first       bool
	enrolled                                  bool // devices are, as a person has answered
	appleAccount, country, email, expectTopic string
	chain, warnDays                           string
	via, account                              string
	topicBefore                               string // that another --expect-topic takes the place of
	defaultAccount                            string // of a profile of which none is noted
	leftOut                                   string // the profiles that --due makes nothing for, see [csrOptions.ownRequests]
	typed                                     *cobra.Command
}

// CSRView is one request that was written.
type CSRView struct {
	Profile      string `json:"profile"`
	Created      bool   `json:"created"`
	Reused       bool   `json:"reused"`
	Signed       bool   `json:"signed"`
	Server       string `json:"server,omitempty"` // that made it; absent for one that was made here
	Path         string `json:"path"`
	Bytes        int    `json:"bytes"`
	SHA256       string `json:"sha256"`
	Topic        string `json:"topic"`
	Vendor       string `json:"vendor"`
	VendorSerial string `json:"vendor_serial"`
	// Recipients are those who can open the new key beside the owner.
	Recipients []string       `json:"recipients"`
	Findings   []problem.View `json:"findings"`
}

// DueView is the result of csr --due in JSON.
type DueView struct {
	Requests []CSRView `json:"requests"`
	// Findings tell what was left out; absent where nothing was.
	Findings []problem.View `json:"findings,omitempty"`
}

// NewCSR makes the command csr.
func NewCSR(env *cli.Env, run cli.Runner[csrOptions]) *cobra.Command {
	o := &csrOptions{Env: env}
	c := env.ProfileCommand("csr [NAME] [flags]", func(ctx context.Context) error {
		env.Retyped = o.kept
		return run.Or(runCSR)(ctx, o)
	})
	f := c.Flags()
	cli.OutputVar(f, &o.out, "out", "", "FILE|DIR")
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
	f.StringVar(&o.via, "via", "", "SERVICE")
	cli.Choices(f, "via", mdmcertDownload)
	f.StringVar(&o.account, "account", "", "ADDRESS")
	o.UnlockOptions.Flags(f)
	o.typed = c
	return c
}

func runCSR(ctx context.Context, o *csrOptions) error {
	var err error
	if o.expectTopic, err = lifecycle.GivenTopic(o.expectTopic); err != nil {
		return err
	}
	// What can stand in no request comes first: a hint of any other fault would say it again.
	said := pushcert.Subject{Country: o.country, Email: o.email}
	if err := cmp.Or(said.Check(), o.checkVia(), o.checkAccount(ctx)); err != nil {
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
		return o.reportNone()
	}
	if err := o.checkOpenings(s, names); err != nil {
		return err
	}
	if o.via != "" {
		return o.ask(ctx, s, names[0])
	}
	fetched, err := o.fetchAll(ctx, s, names)
	if err != nil {
		return err
	}
	if err := o.openFolder(); err != nil {
		return err
	}
	outputs, err := o.outputs(s, names, fetched)
	if err != nil {
		return err
	}
	return o.request(ctx, s, outputs)
}

// request makes the requests, writes their files, and tells what came of it.
func (o *csrOptions) request(ctx context.Context, s *lifecycle.State, outputs []written) error {
	files, err := o.make(ctx, s, outputs)
	if err != nil {
		return err
	}
	if err := o.deliver(files); err != nil {
		return err
	}
	if o.out == disk.Stdio {
		o.Warn(files[0].Findings...) // of which the request itself says nothing
		return nil
	}
	if o.due && o.out != "" {
		return o.reportFolder(ctx, files)
	}
	return o.report(files, s.TrustRoot != "")
}

// deliver writes the files, and tells what was assumed.
func (o *csrOptions) deliver(files []written) error {
	for _, f := range files {
		o.keep(f)
		if err := o.Write(f.out, f.Data); err != nil {
			return err
		}
		o.noteAssumed(f)
	}
	switch store, err := o.Open(); {
	case err != nil || o.out == disk.Stdio:
	case o.due:
		o.Keep(problem.New(problem.ResultLost, problem.Params{"path": store.Path(), "detail": ""}))
	default:
		o.KeepFile(files[0].out.Path)
	}
	return nil
}

// noteAssumed tells that a profile was made, and what nobody has told of it.
func (o *csrOptions) noteAssumed(f written) {
	if f.Created {
		o.NoteCreated(f.Profile, f.beside, f.near)
	}
	if o.topicBefore != "" && o.topicBefore != f.Topic {
		back := "apnsctl csr -p " + msg.Quote(f.Profile) + " --expect-topic " + o.topicBefore
		o.Note("csr.topic-before", problem.Params{"profile": f.Profile, "topic": f.Topic, "stored_topic": o.topicBefore, "command": back})
	}
	switch {
	case f.Unanswered() && o.enrolled:
		o.Note("csr.topic-unknown", problem.Params{"profile": f.Profile})
	case f.Unanswered():
		o.Note("csr.unanswered", problem.Params{"profile": f.Profile})
	}
}

// keep tells where the key is of a request that may get lost.
func (o *csrOptions) keep(f written) {
	store, err := o.Open()
	if err != nil {
		return // it was written to, so there is one
	}
	params := problem.Params{"profile": f.Profile, "path": store.Path(), "detail": "", "command": "apnsctl csr -p " + msg.Quote(f.Profile)}
	switch {
	case f.fetched != nil: // it can be fetched again
	case o.unsigned:
		o.Keep(problem.Say(problem.ResultLost, "made.csr", params))
	default:
		o.Keep(problem.Say(problem.ResultLost, "made.request", params))
	}
}

// profiles are those that get a request: the one chosen, or all that are due.
func (o *csrOptions) profiles(s *lifecycle.State) ([]string, error) {
	if !o.due {
		name, err := s.Choose(o.ProfileName())
		return []string{name}, err
	}
	for _, single := range []struct{ flag, value string }{
		{"--profile", o.Global.Profile}, {"--out " + o.out, given(noFolder(o.out))}, {"--expect-topic", o.expectTopic}, {"--first", given(o.first)},
	} {
		if single.value != "" {
			return nil, problem.Say(problem.Usage, "exclusive", problem.Params{"flag": single.flag, "other": "--due"})
		}
	}
	terms, err := o.Terms(s, cli.TrustOptions{}, cli.ThresholdOptions{WarnDays: o.warnDays})
	if err != nil {
		return nil, err
	}
	names, err := s.Due(terms)
	return o.ownRequests(s, names), err
}

// make opens or repeats the requests of all profiles, or of none: the config file
// changes once, after every file was found writable. The keys are safe in it before
// the first request leaves.
func (o *csrOptions) make(ctx context.Context, s *lifecycle.State, files []written) ([]written, error) {
	maker, options, err := o.maker(ctx, s, slices.ContainsFunc(files, func(f written) bool { return f.fetched == nil }))
	if err != nil {
		return nil, err
	}
	return files, o.Update(ctx, func(s *lifecycle.State) error {
		if err := o.Complete(s); err != nil {
			return err
		}
		if maker.Seal, err = signing.SealFor(maker.Signer, s.Sealing, o.Now()); err != nil {
			return err
		}
		for i, f := range files {
			options.Profile = f.Profile
			made, err := makeOne(s, maker, options, f.fetched)
			if err != nil {
				return err
			}
			if err := f.out.Check(made.Data); err != nil {
				return err
			}
			files[i].take(made, s)
		}
		o.newKey = false // from now on the new one is repeated
		return nil
	})
}

// maker is what all requests have in common; here tells that some are made here.
func (o *csrOptions) maker(ctx context.Context, s *lifecycle.State, here bool) (m signing.Maker, options lifecycle.RequestOptions, err error) {
	set, err := o.Settings(ctx, nil)
	if err != nil {
		return m, options, err
	}
	terms, err := o.Terms(s, cli.TrustOptions{Chain: o.chain}, cli.ThresholdOptions{WarnDays: o.warnDays})
	if err != nil {
		return m, options, err
	}
	m.Generate = o.GenerateKey
	m.Subject = pushcert.Subject{
		CommonName: set.Text(setting.Organization), Email: set.Text(setting.Email), Country: set.Text(setting.Country),
	}
	if !o.unsigned && o.via == "" && here {
		m.Signer, err = o.Signer(ctx, s, terms, o.UnlockOptions)
		if err != nil && o.due && problem.Of(err).Code == problem.VendorMissing {
			err = problem.Say(problem.VendorMissing, "due", problem.Params{"command": o.dueLine("csr --due --unsigned")})
		}
	}
	return m, lifecycle.RequestOptions{
		NewKey: o.newKey, First: o.first, Actor: o.Actor(), Now: o.Now(),
		AppleAccount: o.appleAccount, DefaultAccount: o.defaultAccount, Email: o.email,
		Country: strings.ToUpper(o.country), ExpectTopic: o.expectTopic,
	}, err
}

// view is the request in JSON.
func (f written) view(e *cli.Env) (CSRView, error) {
	path, err := filepath.Abs(f.out.Path)
	return CSRView{
		Profile: f.Profile, Created: f.Created, Reused: f.Reused, Signed: f.VendorSerial != "", Server: f.server(),
		Path: path, Bytes: len(f.Data), SHA256: fmt.Sprintf("%x", sha256.Sum256(f.Data)),
		Topic: f.Topic, Vendor: f.Vendor, VendorSerial: f.VendorSerial, Recipients: append([]string{}, f.recipients...), Findings: e.FindingViews(append(f.Findings, e.Remarks...)),
	}, err
}
