package doctor

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// How far a clock may be off. A minute disturbs nobody; beyond five, certificates that
// were just issued are not valid yet, and provider tokens are refused.
const (
	clockWarning  = time.Minute
	clockCritical = 5 * time.Minute
)

// clockEvidence is what there is to compare this machine's clock with.
type clockEvidence struct {
	now    time.Time
	portal string            // host of the portal
	date   time.Time         // what it says; zero if it says nothing
	newest time.Time         // the newest entry of the config file; zero without one
	leaf   *x509.Certificate // APNs' own certificate; nil if none was seen
}

// clockCheck judges the clock: by the portal's, else by what can only be true if it is
// roughly right.
func clockCheck(e clockEvidence) check {
	c := newCheck(checkClock)
	if !e.date.IsZero() {
		off := e.now.Sub(e.date).Abs()
		params := problem.Params{
			"portal": e.portal, "date": problem.Time(e.date), "now": problem.Time(e.now),
			"seconds": strconv.FormatInt(int64(off/time.Second), 10),
		}
		c.see("clock.date", params)
		c.off(off, "clock.off")
		return c
	}
	if e.newest.IsZero() && e.leaf == nil {
		c.skip("clock.nothing", problem.Params{"portal": e.portal})
		return c
	}
	c.see("clock.rough", problem.Params{"portal": e.portal, "now": problem.Time(e.now)})
	if !e.newest.IsZero() {
		c.see("clock.newest", problem.Params{"newest": problem.Time(e.newest)})
		c.off(e.newest.Sub(e.now), "clock.behind")
	}
	if e.leaf != nil {
		from, to := e.leaf.NotBefore, e.leaf.NotAfter
		c.see("clock.leaf", problem.Params{
			"not_before": from.UTC().Format(time.DateOnly), "not_after": to.UTC().Format(time.DateOnly),
		})
		if e.now.Before(from) || e.now.After(to) { // or it is not APNs that answered
			c.warn(fault{key: "clock.outside", params: problem.Params{"command": setClock(runtime.GOOS)}})
		}
	}
	return c
}

// off judges how far the clock is off.
func (c *check) off(by time.Duration, key string) {
	f := fault{key: key, params: problem.Params{"command": setClock(runtime.GOOS)}}
	switch {
	case by > clockCritical:
		c.fail(problem.ExitRefused, f)
	case by > clockWarning:
		c.warn(f)
	}
}

// setClock is the command that sets a system's clock from the network.
func setClock(system string) string {
	switch system {
	case "windows":
		return "w32tm /resync"
	case "darwin":
		return "sudo sntp -sS time.apple.com"
	}
	return "sudo timedatectl set-ntp true"
}

// newestEntry is the latest moment that apnsctl has written into the config file.
func newestEntry(s *lifecycle.State) time.Time {
	var newest time.Time
	note := func(t time.Time) {
		if t.After(newest) {
			newest = t
		}
	}
	for _, p := range s.Profiles {
		if p.Certificate != nil {
			note(p.Certificate.ImportedAt)
		}
		for _, open := range p.Pending {
			note(open.CreatedAt)
		}
		for _, event := range p.History {
			note(event.At)
		}
	}
	for _, t := range s.Tokens {
		note(t.ImportedAt)
	}
	for _, id := range s.Vendor.Identities {
		note(id.ImportedAt)
	}
	for _, open := range s.Vendor.Pending {
		note(open.CreatedAt)
	}
	return newest
}

// portalPatience is how long the portal may take to say what time it is.
const portalPatience = 5 * time.Second

// portalURL is where the portal is; a config file that cannot be read has no say.
func (x *examination) portalURL(ctx context.Context) string {
	if set, err := x.Settings(ctx, nil); err == nil {
		return set.Text(cli.SettingPortalURL)
	}
	return cmp.Or(x.Getenv("APNSCTL_PORTAL_URL"), cli.DefaultPortalURL)
}

// portalDate asks the portal for the time. Redirects are not followed: any answer has
// a date.
func (x *examination) portalDate(ctx context.Context, portal *url.URL) (date, now time.Time) {
	client := http.Client{
		Timeout:       portalPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:             func(r *http.Request) (*url.URL, error) { return x.proxyOf(r.URL) },
			TLSClientConfig:   timelessTLS(nil),
			DisableKeepAlives: true,
		},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, portal.String(), nil)
	if err != nil {
		return time.Time{}, time.Time{}
	}
	request.Header.Set("Cache-Control", "no-cache")
	response, err := client.Do(request)
	if err != nil {
		return time.Time{}, time.Time{}
	}
	_ = response.Body.Close() // HEAD has none
	date, err = http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return time.Time{}, time.Time{}
	}
	return date, x.Now()
}

// timelessTLS verifies a server at its certificate's own dates. By a clock that is
// wrong the certificate would be refused that comes with the right time. Roots are the
// system's if nil.
func timelessTLS(roots *x509.CertPool) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // VerifyConnection verifies all but the dates
		VerifyConnection: func(s tls.ConnectionState) error {
			options := x509.VerifyOptions{Roots: roots, DNSName: s.ServerName, Intermediates: x509.NewCertPool()}
			for _, c := range s.PeerCertificates[1:] {
				options.Intermediates.AddCert(c)
			}
			leaf := s.PeerCertificates[0]
			options.CurrentTime = leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
			_, err := leaf.Verify(options)
			return err
		},
	}
}
