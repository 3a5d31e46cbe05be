package doctor

import (
	"context"
	"crypto"
	"crypto/x509"
	"net/url"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// World is what an examination looks at.
type World struct {
	Now    func() time.Time
	System string // as runtime.GOOS names it: each sets its clock by a command of its own
	Config Config
	// Profile names the one to connect as; empty if it cannot be told which is meant.
	Profile string
	// Unlock opens the keys of the config file; nil while they stay sealed.
	Unlock func() (Opener, error)
	// Route is the way to APNs; nil to look at this machine only.
	Route *Route
	// Servers are those of the config file; none to look at this machine only.
	Servers []Server
	// Quote writes a value as a shell needs it, and Again a command with the flags of this
	// examination's route: hints name commands to copy.
	Quote, Again func(string) string
}

// Opener opens the sealed keys of a config file. Its errors are problems.
type Opener interface {
	Open(lifecycle.Key) (crypto.Signer, error)
}

// Config is what lies where the config file should be.
type Config struct {
	Path   string
	Named  bool             // by the person, and not the place where every config file is
	State  *lifecycle.State // nil if it cannot be read
	Err    *problem.Error   // why not
	Access []state.Access
	// Copy names the copy from before the last change (see [state.Store.Places]) if it can be
	// put in the place of a file that is gone.
	Copy problem.Params
}

// Route is where APNs is, and how to get there.
type Route struct {
	Endpoint *url.URL // with a port if that one alone is meant
	Named    bool     // the person gave the endpoint, so it may be a simulator
	Roots    *x509.CertPool
	// Proxy finds the proxy for an address, and ProxySource is who named one: a flag or a
	// variable, or empty.
	Proxy       func(*url.URL) (*url.URL, error)
	ProxySource string
	// Portal is asked for the time; nil if nobody is.
	Portal *url.URL
}

// Examine looks from the inside out: the file, the machine, the way, the other end. What a
// later check finds is often the consequence of an earlier one. An error is one of Unlock
// that says nothing about the keys.
func (w World) Examine(ctx context.Context) ([]Check, error) {
	keys, opener, err := keyCheck(w.Config.State, w.Unlock)
	if err != nil {
		return nil, err
	}
	checks := []Check{w.Config.check(), permissionCheck(w.Config.Access, w.Config.exposed(), w.Quote), keys}
	checks = append(checks, recipientCheck(w.Config.State, opener)...)
	if w.Route != nil {
		checks = append(checks, w.network(ctx, opener)...)
	}
	for _, s := range w.Servers {
		checks = append(checks, w.serverCheck(ctx, s))
	}
	return checks, nil
}

// profile is the one to connect as; nil if there is none.
func (w World) profile() *lifecycle.Profile {
	if w.Config.State == nil {
		return nil
	}
	return w.Config.State.Profiles[w.Profile]
}
