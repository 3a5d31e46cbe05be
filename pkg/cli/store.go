package cli

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// configPath is where the one file is: --config, APNSCTL_CONFIG, or the system's
// folder for settings.
func (e *Env) configPath() (string, error) {
	if path := cmp.Or(e.global.config, e.Getenv("APNSCTL_CONFIG")); path != "" {
		return filepath.Abs(path)
	}
	base := e.Getenv("XDG_CONFIG_HOME")
	switch home := e.Getenv("HOME"); {
	case base != "":
	case runtime.GOOS == "windows":
		base = e.Getenv("AppData")
	case home != "":
		base = filepath.Join(home, ".config")
	}
	if base == "" {
		return "", problem.Say(problem.Usage, "no-home", nil)
	}
	return filepath.Join(base, "apnsctl", "config.yaml"), nil
}

// open returns the store of the config file, which need not exist yet.
func (e *Env) open() (*state.Store, error) {
	if e.store == nil {
		path, err := e.configPath()
		if err != nil {
			return nil, err
		}
		e.store = state.Open(path)
	}
	return e.store, nil
}

// state reads the config file, once per command.
func (e *Env) state(ctx context.Context) (*lifecycle.State, error) {
	if e.loaded == nil {
		store, err := e.open()
		if err != nil {
			return nil, err
		}
		if e.loaded, err = store.View(ctx); err != nil {
			return nil, err
		}
	}
	return e.loaded, nil
}

// lockWait is how long to wait for another apnsctl that writes the config file.
const lockWait = 30 * time.Second

// update changes the config file, and what this command has read of it.
func (e *Env) update(ctx context.Context, change func(*lifecycle.State) error, options ...state.Option) error {
	store, err := e.open()
	if err != nil {
		return err
	}
	e.loaded = nil
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	return store.Update(ctx, change, options...)
}

// profileName is the profile asked for by flag or variable; empty if none was.
func (e *Env) profileName() string {
	return cmp.Or(e.global.profile, e.Getenv("APNSCTL_PROFILE"))
}

// profile returns the profile that the command means, which must exist.
func (e *Env) profile(s *lifecycle.State) (string, *lifecycle.Profile, error) {
	name, err := s.Choose(e.profileName())
	if err != nil {
		return "", nil, err
	}
	p, err := s.Profile(name)
	return name, p, err
}

// actor names who runs the command, for the history.
func (e *Env) actor() string {
	user := cmp.Or(e.Getenv("USER"), e.Getenv("LOGNAME"), e.Getenv("USERNAME"), "unknown")
	host, err := os.Hostname()
	if err != nil {
		return user
	}
	return user + "@" + host
}

// trustOptions are the flags --trust-root and --chain.
type trustOptions struct{ root, chain string }

// trust is who may issue certificates: the file's own trust root, else Apple. A root
// given on the command line holds for this call.
func (e *Env) trust(s *lifecycle.State, o trustOptions) (*pushcert.Trust, error) {
	trust := pushcert.Apple()
	switch {
	case o.root != "":
		pem, err := e.read(o.root)
		if err != nil {
			return nil, err
		}
		if trust, err = pushcert.NewTrust(pem); err != nil {
			return nil, err
		}
	case s != nil && s.TrustRoot != "":
		var err error
		if trust, err = pushcert.NewTrust([]byte(s.TrustRoot)); err != nil {
			return nil, problem.Say(problem.StateDamaged, "certificate", problem.Params{"owner": "trust_root"}).Because(err)
		}
	}
	if o.chain == "" {
		return trust, nil
	}
	pem, err := e.read(o.chain)
	if err != nil {
		return nil, err
	}
	return trust.With(pem)
}

// thresholdOptions are the flags of commands whose exit status depends on days left.
type thresholdOptions struct {
	warnDays, criticalDays string
	strict                 bool
}

func (o *thresholdOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.warnDays, "warn-days", "", "DAYS")
	f.StringVar(&o.criticalDays, "critical-days", "", "DAYS")
	f.BoolVar(&o.strict, "strict", false, "")
}

// judged reads the config file, and what its checks need.
func (e *Env) judged(ctx context.Context, t trustOptions, days thresholdOptions) (*lifecycle.State, lifecycle.Judge, error) {
	s, err := e.state(ctx)
	if err != nil {
		return nil, lifecycle.Judge{}, err
	}
	j, err := e.judge(ctx, s, t, days)
	return s, j, err
}

// judge is what the checks need: the present time, thresholds and trust.
func (e *Env) judge(ctx context.Context, s *lifecycle.State, t trustOptions, days thresholdOptions) (lifecycle.Judge, error) {
	set, err := e.settings(ctx, map[string]string{setWarnDays: days.warnDays, setCriticalDays: days.criticalDays})
	if err != nil {
		return lifecycle.Judge{}, err
	}
	j := lifecycle.Judge{Now: e.Now()}
	if j.Policy.WarnDays, err = set.days(setWarnDays); err != nil {
		return j, err
	}
	if j.Policy.CriticalDays, err = set.days(setCriticalDays); err != nil {
		return j, err
	}
	j.Trust, err = e.trust(s, t)
	return j, err
}
