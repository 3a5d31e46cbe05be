package cli

import (
	"cmp"
	"context"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// configPath is where the one file is: --config, APNSCTL_CONFIG, or the person's folder for settings.
func (e *Env) configPath() (string, error) {
	if path := cmp.Or(e.Global.Config, e.Getenv("APNSCTL_CONFIG")); path != "" {
		return filepath.Abs(path)
	}
	base := disk.Home(e.Getenv, "XDG_CONFIG_HOME", "AppData", ".config")
	if base == "" {
		return "", problem.Say(problem.Usage, "no-home", nil)
	}
	return filepath.Join(base, "apnsctl", "config.yaml"), nil
}

// Open returns the store of the config file, which need not exist yet.
func (e *Env) Open() (*state.Store, error) {
	if e.store == nil {
		path, err := e.configPath()
		if err != nil {
			return nil, err
		}
		e.store = state.OpenOn(cmp.Or[state.Disk](e.Disk, state.TrueDisk{}), path)
		e.store.Remark = func(p problem.Params) { e.Note("backup-kept", p) }
	}
	return e.store, nil
}

// State reads the config file, once per command.
func (e *Env) State(ctx context.Context) (*lifecycle.State, error) {
	if e.loaded == nil {
		e.looked = true
		store, err := e.Open()
		if err != nil {
			return nil, err
		}
		if e.loaded, err = store.View(ctx); err != nil {
			return nil, err
		}
	}
	return e.loaded, nil
}

// StateOfProfile is [Env.State] for a command that answers for the profile asked for alone: of
// the others it may tell no more than their names.
func (e *Env) StateOfProfile(ctx context.Context) (*lifecycle.State, error) {
	name := e.ProfileName()
	if e.loaded != nil || name == "" {
		return e.State(ctx)
	}
	e.looked = true
	store, err := e.Open()
	if err != nil {
		return nil, err
	}
	e.loaded, err = store.ViewOne(ctx, name)
	return e.loaded, err
}

// Reread forgets what the config file said, for another command has changed it.
func (e *Env) Reread() { e.loaded, e.looked = nil, false }

// lockWait is how long to wait for another apnsctl that writes the config file.
const lockWait = 30 * time.Second

// testedWait is how long what is done already waits to be noted in the config file.
const testedWait = 2 * time.Second

// NoteTested keeps that a profile's certificate was seen to work. Where it cannot be kept, what was asked is done
// all the same, and the text named tells a person, who may be told again to test it.
func (e *Env) NoteTested(ctx context.Context, profile string, leaf *pushcert.Certificate, note string, params problem.Params) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), testedWait) // a run that was interrupted has pushed, too
	defer cancel()
	ifLost := e.ifLost // the result is what counts
	err := e.Update(ctx, func(s *lifecycle.State) error { return s.Tested(profile, leaf, e.Now()) })
	e.ifLost = ifLost
	store, unopened := e.Open()
	if err == nil || unopened != nil || hasCode(err, problem.CertificateMissing) { // another one has taken its place meanwhile
		return
	}
	if params["path"], params["profile"] = store.Path(), profile; !e.Global.Quiet {
		e.Stderr(e.T(note, params))
	}
}

// lockNotice is when somebody who waits is told what for.
const lockNotice = time.Second

// Update changes the config file, and what this command has read of it.
func (e *Env) Update(ctx context.Context, change func(*lifecycle.State) error, options ...state.Option) error {
	store, err := e.Open()
	if err != nil {
		return err
	}
	e.loaded, e.looked = nil, false
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	told := make(chan struct{})
	notice := time.AfterFunc(lockNotice, func() {
		defer close(told)
		e.Note("lock-waiting", problem.Params{"path": store.Path()})
	})
	hush := sync.OnceFunc(func() {
		if !notice.Stop() {
			<-told // lest two write at once
		}
	})
	defer hush()
	waiting := 0 // the further recipients that a new key makes wait
	kept := func() { e.Keep(problem.New(problem.ResultLost, problem.Params{"path": store.Path(), "detail": ""})) }
	err = store.Update(ctx, func(s *lifecycle.State) error {
		hush() // it has the lock
		before := signing.Waiting(s)
		if err := change(s); err != nil {
			return err
		}
		if signing.Waiting(s) > before {
			waiting = len(s.Sealing.Recipients)
		}
		return e.Complete(s)
	}, append(options, state.OnWritten(kept))...)
	if err == nil {
		e.completer = nil
		e.remarkWaiting(waiting)
	}
	return err
}

// Create makes the config file.
func (e *Env) Create(ctx context.Context, s *lifecycle.State) error {
	store, err := e.Open()
	if err == nil {
		err = store.Create(ctx, s)
	}
	if err == nil {
		e.Keep(problem.New(problem.ResultLost, problem.Params{"path": store.Path(), "detail": ""}))
	}
	return err
}

// ProfileName is the profile asked for by flag or variable; empty if none was.
func (e *Env) ProfileName() string {
	return cmp.Or(e.Global.Profile, e.Getenv("APNSCTL_PROFILE"))
}

// Profile returns the profile that the command means, which must exist.
func (e *Env) Profile(s *lifecycle.State) (string, *lifecycle.Profile, error) {
	name, err := s.Choose(e.ProfileName())
	if err != nil {
		return "", nil, err
	}
	p, err := s.Profile(name)
	return name, p, err
}

// Leaf returns the certificate of the profile that the command means; nil where it has none.
func (e *Env) Leaf(s *lifecycle.State) (profile string, leaf *pushcert.Certificate, err error) {
	profile, p, err := e.Profile(s)
	if err == nil {
		leaf, err = p.Leaf(profile)
	}
	return profile, leaf, err
}

// TrustOptions are the flags --trust-root and --chain.
type TrustOptions struct{ Root, Chain string }

// Trust is [lifecycle.State.Trust]. A root of the command line holds in its place for this call, a chain besides.
func (e *Env) Trust(s *lifecycle.State, o TrustOptions) (*pushcert.Trust, error) {
	e.trustRoot = cmp.Or(o.Root, e.trustRoot)
	trust, err := s.Trust()
	if o.Root != "" {
		trust, err = authorities(e, o.Root, pushcert.NewTrust)
	}
	if err != nil || o.Chain == "" {
		return trust, err
	}
	return authorities(e, o.Chain, trust.With)
}

// authorities reads a file and makes of it what take does.
func authorities[T any](e *Env, file string, take func(bundle []byte) (T, error)) (taken T, err error) {
	bundle, err := e.Read(file)
	if err == nil {
		taken, err = take(bundle)
	}
	return taken, disk.AboutErr(file, err)
}

// NoConfig tells that there is no config file, or no place where one could be: whatever
// needs none goes on.
func NoConfig(err error) bool {
	p := problem.Of(err)
	return p.Code == problem.NotInitialised || p.Key() == "usage.no-home"
}

// ThresholdOptions are the flags of commands whose exit status depends on days left.
type ThresholdOptions struct {
	WarnDays, CriticalDays string
	FailOn                 string
	Strict                 bool
}

// Flags defines the flags.
func (o *ThresholdOptions) Flags(f *pflag.FlagSet) {
	f.StringVar(&o.WarnDays, "warn-days", "", "DAYS")
	f.StringVar(&o.CriticalDays, "critical-days", "", "DAYS")
	f.StringVar(&o.FailOn, "fail-on", "", "GRADE")
	Choices(f, "fail-on", "warning", "critical", "expired")
	f.BoolVar(&o.Strict, "strict", false, "")
}

// StateAndTerms reads the config file, and what its checks go by.
func (e *Env) StateAndTerms(ctx context.Context, t TrustOptions) (*lifecycle.State, lifecycle.Terms, error) {
	s, err := e.State(ctx)
	if err != nil {
		return nil, lifecycle.Terms{}, err
	}
	terms, err := e.Terms(s, t, ThresholdOptions{})
	return s, terms, err
}

// failOns are the values of --fail-on, each with the mildest exit status that counts.
func failOns() map[string]problem.Exit {
	return map[string]problem.Exit{"warning": problem.ExitWarning, "critical": problem.ExitCritical, "expired": problem.ExitRefused}
}

// Graded is [Env.Terms] for a command whose exit status depends on days left. Thresholds the
// wrong way round would let a certificate be critical that is no warning yet.
func (e *Env) Graded(s *lifecycle.State, t TrustOptions, o ThresholdOptions) (lifecycle.Terms, problem.Grading, error) {
	g := problem.Grading{Strict: o.Strict, FailOn: failOns()[cmp.Or(o.FailOn, "warning")]}
	if g.FailOn == problem.ExitOK {
		return lifecycle.Terms{}, g, problem.Say(problem.Usage, "choice", problem.Params{
			"flag": "--fail-on", "value": o.FailOn, "choices": "warning, critical, expired",
		})
	}
	terms, err := e.Terms(s, t, o)
	if err == nil && terms.Policy.WarnDays < terms.Policy.CriticalDays {
		err = problem.Say(problem.Usage, "days-order", problem.Params{
			"warn_days": strconv.Itoa(terms.Policy.WarnDays), "critical_days": strconv.Itoa(terms.Policy.CriticalDays),
		})
	}
	return terms, g, err
}

// Terms are what the checks go by: the present time, thresholds and trust.
func (e *Env) Terms(s *lifecycle.State, t TrustOptions, days ThresholdOptions) (lifecycle.Terms, error) {
	set, err := e.SettingsOf(s, map[string]string{setting.WarnDays: days.WarnDays, setting.CriticalDays: days.CriticalDays})
	if err != nil {
		return lifecycle.Terms{}, err
	}
	terms := lifecycle.Terms{Now: e.Now(), GivenWarn: days.WarnDays != "", GivenCritical: days.CriticalDays != ""}
	if terms.Policy.WarnDays, err = set.days(setting.WarnDays); err != nil {
		return terms, err
	}
	if terms.Policy.CriticalDays, err = set.days(setting.CriticalDays); err != nil {
		return terms, err
	}
	terms.Trust, err = e.Trust(s, t)
	return terms, err
}
