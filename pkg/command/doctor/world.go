package doctor

import (
	"cmp"
	"context"
	"net/url"
	"runtime"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/doctor"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

// world is what the examination looks at. Flags that make no sense are refused before
// anything is.
func (o *doctorOptions) world(ctx context.Context) (doctor.World, error) {
	w := doctor.World{Now: o.Now, System: runtime.GOOS, Quote: msg.Quote, Again: o.route.Again}
	route, err := o.way()
	if err != nil {
		return w, err
	}
	if w.Config, err = o.config(ctx); err != nil {
		return w, err
	}
	if s := w.Config.State; s != nil {
		if w.Profile, err = o.chosen(s); err != nil {
			return w, err
		}
		if o.canUnlock(s) {
			w.Unlock = func() (doctor.Opener, error) { return o.Env.UnlockToLook(ctx, s, o.UnlockOptions) }
		}
	}
	if !o.offline {
		route.Portal = o.portal(ctx)
		w.Route = &route
		if w.Config.State != nil {
			w.Servers = o.servers(w.Config.State)
		}
	}
	return w, nil
}

// way is the way to APNs that the flags and the environment name.
func (o *doctorOptions) way() (r doctor.Route, err error) {
	r = doctor.Route{Named: o.route.Endpoint != "", ProxySource: proxySource(o.route.Proxy, o.Getenv)}
	if r.Endpoint, err = apns.Address(o.route.Sandbox, o.route.Endpoint, o.route.Port); err != nil {
		return r, err
	}
	if r.Roots, err = o.Roots(o.route.CaFile); err != nil {
		return r, err
	}
	if r.Proxy, err = apns.ProxyFor("--proxy", o.route.Proxy, o.Getenv); err != nil {
		return r, err
	}
	_, err = apns.New(apns.Config{Endpoint: r.Endpoint, Now: o.Now}) // which refuses what is no endpoint
	return r, err
}

// proxySource tells who named a proxy: --proxy, which comes first, or a variable.
func proxySource(flag string, getenv func(string) string) string {
	if flag != "" {
		return "--proxy"
	}
	name, _ := apns.ProxyVariable(getenv)
	return name
}

// config is what lies where the config file should be.
func (o *doctorOptions) config(ctx context.Context) (doctor.Config, error) {
	store, err := o.Open()
	if err != nil {
		return doctor.Config{}, err
	}
	f := doctor.Config{Path: store.Path(), Named: o.Global.Config != ""}
	if f.Access, err = store.Access(); err != nil {
		f.Access = nil // that the file cannot be read is told by reading it
	}
	if f.State, err = o.State(ctx); err != nil {
		f.State, f.Err = nil, problem.Of(err)
		if store.BackupServes() {
			f.Copy = store.Places()
		}
	}
	return f, nil
}

// chosen is the profile whose certificate to connect with: the one named, else the only
// one. Which of several was meant is no question that an examination has to ask.
func (o *doctorOptions) chosen(s *lifecycle.State) (string, error) {
	if o.ProfileName() == "" && len(s.Profiles) != 1 {
		return "", nil
	}
	name, _, err := o.Profile(s)
	return name, err
}

// canUnlock tells whether keys can be opened without a question, or --unlock allows one.
func (o *doctorOptions) canUnlock(s *lifecycle.State) bool {
	return o.ask || o.Identity != "" || s.Sealing.UnsealedIdentity != "" || o.Passphrased(o.PassphraseOptions)
}

// portal is where the portal is; nil if what names it is no address. A config file that
// cannot be read has no say.
func (o *doctorOptions) portal(ctx context.Context) *url.URL {
	address := cmp.Or(o.Getenv("APNSCTL_PORTAL_URL"), cli.DefaultPortalURL)
	if set, err := o.Settings(ctx, nil); err == nil {
		address = set.Text(setting.PortalURL)
	}
	portal, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return portal
}
