package server_test

import (
	"context"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/server"
	standin "github.com/apnsctl/apnsctl/pkg/simulator/server"
)

// TestTheYearOnEveryKindOfServer plays, for each kind, what an administrator does in a year, and every way
// in which it can fail.
func TestTheYearOnEveryKindOfServer(t *testing.T) {
	r := newRig(t)
	var rows atomic.Int64
	t.Run("kinds", func(t *testing.T) { // which ends when all of them have
		for _, kind := range server.Kinds() {
			t.Run(string(kind), func(t *testing.T) {
				t.Parallel()
				p := r.start(t, kind)
				rows.Add(int64(r.year(t, kind, p) + r.faults(t, kind, p) + r.ways(t, kind, p)))
			})
		}
	})
	t.Logf("%d rows", rows.Load())
	if rows.Load() < 250 {
		t.Errorf("only %d rows", rows.Load())
	}
}

// step is one row: what was done, and how it was told.
type step struct {
	t    *testing.T
	rows int
}

func (s *step) want(name string, err error, key string) bool {
	s.t.Helper()
	s.rows++
	got := keyOf(s.t, err)
	if got != key {
		s.t.Errorf("%s: %q (%v), want %q", name, got, err, key)
	}
	if exit := exitOf(key); err != nil && got == key && problem.Of(err).Code.Exit() != exit {
		s.t.Errorf("%s: exit status %d, want %d", name, problem.Of(err).Code.Exit(), exit)
	}
	return got == key
}

// exitOf says a second time what each error means for the caller.
func exitOf(key string) problem.Exit {
	code, _, _ := strings.Cut(key, ".")
	return map[string]problem.Exit{
		"server-refused": 7, "server-unreachable": 8, "server-unsupported": 2, "usage": 2, "interrupted": 130,
	}[code]
}

func (s *step) wantHeld(name string, o server.Offers, h server.Held, err error, c *x509.Certificate) {
	s.t.Helper()
	if !s.want(name, err, "") {
		return
	}
	want := server.Held{}
	if o.ShowsTopic {
		want.Topic = topicOf(c)
	}
	if o.ShowsSerial {
		want.SerialHex = c.SerialNumber.Text(16)
	}
	if o.ShowsDate {
		want.NotAfter = c.NotAfter
	}
	if h.Missing || h.Topic != want.Topic || h.SerialHex != want.SerialHex || !h.NotAfter.Equal(want.NotAfter) {
		s.t.Errorf("%s: %+v, want %+v", name, h, want)
	}
	if h.Certificate != nil && !slices.Equal(h.Certificate, c.Raw) {
		s.t.Errorf("%s: another certificate", name)
	}
}

// renewal fetches the server's request, or makes one, and has it issued.
func (r *rig) renewal(s *step, client server.Server, o server.Offers, old *x509.Certificate, days int) *x509.Certificate {
	s.t.Helper()
	request, err := client.Request(s.t.Context())
	if !o.HoldsKey {
		s.want("request", err, "server-unsupported.request")
		return r.issue(s.t, r.request(s.t, r.key), old, days)
	}
	s.want("request", err, "")
	return r.issue(s.t, request, old, days)
}

// year is the life of a certificate on a server, without trouble but for what the server does itself.
func (r *rig) year(t *testing.T, kind server.Kind, p *pair) int {
	t.Helper()
	s, o := &step{t: t}, kind.Offers()
	h, err := p.open(t, nil).Read(t.Context())
	s.want("read nothing", err, "")
	if missing := kind != server.Jamf && kind != server.Google; h.Missing != missing || h.Topic != "" || h.Alert != "" {
		t.Errorf("nothing there: %+v", h)
	}
	first := r.renewal(s, p.open(t, nil), o, nil, 365)
	about := func(a *server.Access, _ *server.Options) { a.Topic = topicOf(first) }
	client := p.open(t, about)
	before := len(p.Calls())
	if !o.Upload {
		s.want("upload", client.Upload(t.Context(), r.delivery(t, first)), "server-unsupported.upload")
		if calls := p.Calls()[before:]; len(calls) > 0 {
			t.Errorf("it was called all the same: %v", calls)
		}
		ending := r.issue(t, r.request(t, r.key), first, 20)
		p.Use(ending)
		h, err := client.Read(t.Context())
		s.wantHeld("read", o, h, err, ending)
		if warned := h.Alert != ""; warned != (kind == server.Jamf || kind == server.Google) {
			t.Errorf("the alert is %q", h.Alert)
		}
		return s.rows
	}
	s.want("upload", client.Upload(t.Context(), r.delivery(t, first)), "")
	if used := p.InUse(); used == nil || !used.Equal(first) {
		t.Error("the first certificate is not in use")
	}
	h, err = client.Read(t.Context())
	s.wantHeld("read", o, h, err, first)
	second := r.renewal(s, client, o, first, 364)
	s.want("renew", client.Upload(t.Context(), r.delivery(t, second)), "")
	h, err = client.Read(t.Context())
	s.wantHeld("read back", o, h, err, second)

	p.Fail(standin.Fault{KeepsOld: true})
	third := r.renewal(s, client, o, second, 363)
	s.want("upload that changes nothing", client.Upload(t.Context(), r.delivery(t, third)), "")
	h, err = client.Read(t.Context())
	s.wantHeld("read back the old", o, h, err, second)

	p.Fail(standin.Fault{})
	stranger := r.issue(t, r.request(t, r.key), nil, 300)
	p.Use(stranger)
	h, err = p.open(t, func(a *server.Access, _ *server.Options) { a.Topic = topicOf(stranger) }).Read(t.Context())
	s.wantHeld("read another's", o, h, err, stranger)
	if !o.NeedsTopic {
		h, err = client.Read(t.Context())
		s.wantHeld("read another's in place of ours", o, h, err, stranger)
	}
	foreign := r.delivery(t, r.issue(t, r.request(t, r.other), nil, 300))
	s.want("upload for another key", client.Upload(t.Context(), foreign), map[bool]string{true: "server-unreachable.status", false: "server-refused"}[kind == server.MicroMDM])
	for _, c := range p.Calls() {
		if c.Method == http.MethodDelete {
			t.Errorf("something was deleted: %v", c)
		}
	}
	return s.rows
}

// faults are the ways in which the server itself fails.
func (r *rig) faults(t *testing.T, kind server.Kind, p *pair) int {
	t.Helper()
	s, o := &step{t: t}, kind.Offers()
	c := r.renewal(s, p.open(t, nil), o, nil, 20)
	p.Use(c)
	for name, f := range map[string]struct {
		fault standin.Fault
		want  string
		tries int
	}{
		"401":                   {standin.Fault{Status: 401}, "server-refused.login", 1},
		"403":                   {standin.Fault{Status: 403}, "server-refused.permission", 1},
		"403 of a proxy":        {standin.Fault{Status: 403, Body: "page"}, "server-refused.permission", 1},
		"404 with a page":       {standin.Fault{Status: 404, Body: "page"}, "server-refused.nowhere", 1},
		"404 in its words":      {standin.Fault{Status: 404}, "server-refused.nowhere", 1},
		"405":                   {standin.Fault{Status: 405}, "server-refused.nowhere", 1},
		"409":                   {standin.Fault{Status: 409}, "server-refused", 1},
		"302":                   {standin.Fault{Status: 302}, "server-refused.moved", 1},
		"429 for ever":          {standin.Fault{Status: 429}, "server-unreachable.busy", 4},
		"429 for a moment":      {standin.Fault{Status: 429, RetryAfter: "2", Times: 2}, "", 3},
		"429 for an hour":       {standin.Fault{Status: 429, RetryAfter: "3600"}, "server-unreachable.busy", 1},
		"429 for too many":      {standin.Fault{Status: 429, RetryAfter: "99999999999999999999"}, "server-unreachable.busy", 4},
		"429 until long ago":    {standin.Fault{Status: 429, RetryAfter: "Mon, 01 Jan 2001 00:00:00 GMT", Times: 1}, "", 2},
		"429 until far ahead":   {standin.Fault{Status: 429, RetryAfter: "Fri, 01 Jan 2100 00:00:00 GMT"}, "server-unreachable.busy", 1},
		"500 for ever":          {standin.Fault{Status: 500}, "server-unreachable.status", 4},
		"502 with a page":       {standin.Fault{Status: 502, Body: "page"}, "server-unreachable.status", 4},
		"503 three times":       {standin.Fault{Status: 503, Times: 3}, "", 4},
		"501":                   {standin.Fault{Status: 501}, "server-unreachable.status", 1},
		"a page":                {standin.Fault{Body: "page"}, "server-unreachable.page", 1},
		"garbage":               {standin.Fault{Body: "garbage"}, "server-unreachable.garbled", 1},
		"nothing":               {standin.Fault{Body: " "}, "server-unreachable.garbled", 1},
		"a number":              {standin.Fault{Body: "42"}, "server-unreachable.garbled", 1},
		"an answer without end": {standin.Fault{Body: "huge"}, "server-unreachable.garbled.large", 1},
		"a slow one":            {standin.Fault{DelayMS: 400}, "server-unreachable.silent", 1},
	} {
		try := func(call string, writes bool, do func(server.Server) error, want string) {
			client := p.open(t, func(a *server.Access, o *server.Options) {
				a.Topic = topicOf(c)
				if f.fault.DelayMS > 0 {
					o.Timeout = 100 * time.Millisecond
				}
			})
			if kind == server.Jamf || kind == server.JumpCloud && call != "read" {
				p.Fail(standin.Fault{})
				_, err := client.Read(t.Context()) // what comes first is not what fails
				must(t, err)
			}
			f.fault.Writes = writes
			p.Fail(f.fault)
			before := len(p.Calls())
			err := do(client)
			p.Fail(standin.Fault{})
			s.want(call+", "+name, err, want)
			if tries := len(p.Calls()) - before; !f.fault.Writes && want == f.want && want != "" && tries != f.tries {
				t.Errorf("%s, %s: %d calls, want %d", call, name, tries, f.tries)
			}
			if slices.ContainsFunc(p.waited, func(d time.Duration) bool { return d < 0 || d > 30*time.Second }) {
				t.Errorf("%s, %s: waits %v", call, name, p.waited)
			}
			p.waited = nil
		}
		want := f.want
		if name == "405" && o.NeedsTopic { // an older version, which takes certificates only
			want = "server-unsupported.version"
		}
		try("read", false, func(c server.Server) error { _, err := c.Read(t.Context()); return err }, want)
		if o.Request {
			try("request", false, func(c server.Server) error { _, err := c.Request(t.Context()); return err }, f.want)
		}
		if silentAbout := slices.Contains([]string{"a page", "garbage", "nothing", "a number"}, name); o.Upload && !silentAbout {
			try("upload", true, func(client server.Server) error { return client.Upload(t.Context(), r.delivery(t, c)) }, f.want)
		}
	}
	return s.rows
}

// ways are what can go wrong before a server is reached, and at its door.
func (r *rig) ways(t *testing.T, kind server.Kind, p *pair) int {
	t.Helper()
	s := &step{t: t}
	read := func(ctx context.Context, change func(*server.Access, *server.Options)) error {
		_, err := p.open(t, change).Read(ctx)
		return err
	}
	s.want("another credential", read(t.Context(), func(a *server.Access, _ *server.Options) {
		a.Credentials = map[string]string{}
		for _, name := range kind.Offers().Ways[0] {
			a.Credentials[name] = "wrong"
		}
	}), "server-refused.login")
	s.want("another address", read(t.Context(), func(a *server.Access, _ *server.Options) { a.URL += "/elsewhere" }), "server-refused.nowhere")
	gone := httptest.NewServer(p.Server)
	gone.Close()
	s.want("nobody there", read(t.Context(), func(a *server.Access, _ *server.Options) { a.URL = gone.URL }), "server-unreachable")
	encrypted := httptest.NewUnstartedServer(p.Server)
	encrypted.Config.ErrorLog = log.New(io.Discard, "", 0)
	encrypted.StartTLS()
	t.Cleanup(encrypted.Close)
	path := strings.TrimPrefix(p.access.URL, p.URL())
	untrusted := map[bool]string{true: "server-unreachable.tls.hosted", false: "server-unreachable.tls"}[kind.Offers().URL != ""]
	s.want("a certificate of nobody", read(t.Context(), func(a *server.Access, _ *server.Options) { a.URL = encrypted.URL + path }), untrusted)
	roots := x509.NewCertPool()
	roots.AddCert(encrypted.Certificate())
	s.want("encrypted", read(t.Context(), func(a *server.Access, o *server.Options) { a.URL, o.Roots = encrypted.URL+path, roots }), "")
	s.want("not encrypted where it should be", read(t.Context(), func(a *server.Access, _ *server.Options) {
		a.URL = strings.Replace(a.URL, "http://", "https://", 1)
	}), untrusted)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	s.want("a signal", read(ended, nil), "interrupted")
	waiting, stop := context.WithCancel(t.Context())
	p.Fail(standin.Fault{Status: 503})
	s.want("a signal while it waits", read(waiting, func(_ *server.Access, o *server.Options) {
		o.Sleep = func(ctx context.Context, _ time.Duration) error { stop(); return ctx.Err() }
	}), "interrupted")
	return s.rows
}
