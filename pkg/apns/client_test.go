package apns_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestNewRefuses(t *testing.T) {
	good := &url.URL{Scheme: "https", Host: "api.push.apple.com:2197"}
	tests := map[string]struct {
		cfg  apns.Config
		want string
	}{
		"no endpoint":          {apns.Config{Now: time.Now}, "usage.push-endpoint"},
		"an endpoint of http":  {apns.Config{Endpoint: &url.URL{Scheme: "http", Host: "h"}, Now: time.Now}, "usage.push-endpoint"},
		"an endpoint's path":   {apns.Config{Endpoint: &url.URL{Scheme: "https", Host: "h", Path: "/3"}, Now: time.Now}, "usage.push-endpoint"},
		"many connections":     {apns.Config{Endpoint: good, Connections: 65, Now: time.Now}, "usage.push-connections"},
		"a negative rate":      {apns.Config{Endpoint: good, Rate: -1, Now: time.Now}, "usage.push-rate"},
		"a clock that is none": {apns.Config{Endpoint: good}, "internal"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := apns.New(test.cfg)
			wantProblem(t, err, test.want)
		})
	}
	if _, err := apns.New(apns.Config{Endpoint: good, Now: time.Now}); err != nil {
		t.Error(err)
	}
}

func TestAHeaderThatCannotBeSent(t *testing.T) {
	c := clientFor(t, serveH2(t, acceptAll))
	note := mdm()
	note.Topic = "a\r\nb"
	_, err := c.Run(t.Context(), note, &fleet{n: 1}, func(*apns.Result) error { return nil })
	wantProblem(t, err, "usage.push-header")
}

func TestEmptySourceNeedsNoConnection(t *testing.T) {
	p := serveH2(t, acceptAll)
	_, s, err := push(t, clientFor(t, p), &fleet{})
	if err != nil || s.Total != 0 || p.conns.Load() != 0 {
		t.Errorf("got %+v, %v, %d connections", s, err, p.conns.Load())
	}
}

// greetAndAccept is a server without faults.
func greetAndAccept(l *link) {
	l.greet()
	acceptAll(l)
}

// failing is a source that fails, or has a token that cannot be sent, at the end.
type failing struct {
	fleet
	token string
	err   error
}

func (f *failing) Next(p *apns.Push) error {
	err := f.fleet.Next(p)
	if err == nil && f.token != "" {
		p.Token = append(p.Token[:0], f.token...)
	}
	if errors.Is(err, io.EOF) && f.err != nil {
		return f.err
	}
	return err
}

func TestTokensThatCannotBeSent(t *testing.T) {
	for _, token := range []string{"abc", "zz", "../..", strings.Repeat("00", 2000), "aa bb"} {
		p := serveH2(t, greetAndAccept)
		res, s, err := push(t, clientFor(t, p), &failing{fleet: fleet{n: 2}, token: token})
		if err != nil || s.Device != 2 || res.all[1].Attempts != 0 || res.all[1].Err == nil || p.conns.Load() != 0 {
			t.Errorf("%.10s: got %+v, %v", token, s, err)
		}
	}
}

func TestErrorsOfSourceAndSinkStopTheRun(t *testing.T) {
	mine := errors.New("mine")
	_, s, err := push(t, clientFor(t, serveH2(t, greetAndAccept)), &failing{fleet: fleet{n: 10}, err: mine})
	if !errors.Is(err, mine) || s.Total > 10 {
		t.Errorf("source: got %+v, %v", s, err)
	}
	c := clientFor(t, serveH2(t, greetAndAccept))
	s, err = c.Run(t.Context(), mdm(), &fleet{n: 1 << 40}, func(r *apns.Result) error {
		if r.Position == 100 {
			return mine
		}
		return nil
	})
	if !errors.Is(err, mine) || s.Total < 100 {
		t.Errorf("sink: got %+v, %v", s, err)
	}
}

func TestRefusalsOfOurIdentityStopTheRun(t *testing.T) {
	p := serveH2(t, func(l *link) {
		l.greet()
		for r := l.next(); r != nil; r = l.next() {
			l.reject(r, 403, `{"reason":"BadCertificate"}`)
		}
	})
	_, s, err := push(t, clientFor(t, p), &fleet{n: 1 << 40})
	wantProblem(t, err, "apns-refused.answers")
	if s.Credential < 500 || s.Credential > 50_000 || s.Total != s.Credential {
		t.Errorf("got %+v", s)
	}
}

func TestServerErrorsAreTriedTwice(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"InternalServerError", "ServiceUnavailable"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			p := serveH2(t, func(l *link) {
				l.greet()
				for r := l.next(); r != nil; r = l.next() {
					l.reject(r, 503, `{"reason":"`+reason+`"}`)
				}
			})
			c := clientFor(t, p)
			c.Hurry(50 * time.Millisecond)
			res, s, err := push(t, c, &fleet{n: 2})
			if err != nil || s.Later != 2 || res.all[0].Attempts != 2 {
				t.Errorf("got %+v, %v", s, err)
			}
		})
	}
}

func TestStreamIDsRunOut(t *testing.T) {
	p := serveH2(t, greetAndAccept)
	c := clientFor(t, p, func(cfg *apns.Config) { cfg.Connections = 1 })
	c.StartAt(1<<31 - 1 - 2*19) // 20 streams
	_, s, err := push(t, c, &fleet{n: 50})
	wantAccepted(t, s, err, 50)
	if p.conns.Load() != 3 {
		t.Errorf("%d connections for 50 pushes of 20 each", p.conns.Load())
	}
}

func TestRateIsKept(t *testing.T) {
	c := clientFor(t, serveH2(t, greetAndAccept), func(cfg *apns.Config) { cfg.Rate = 500 })
	_, s, err := push(t, c, &fleet{n: 300})
	wantAccepted(t, s, err, 300)
	if s.Elapsed < 450*time.Millisecond || s.Elapsed > 5*time.Second {
		t.Errorf("300 pushes at 500 a second took %v", s.Elapsed)
	}
}

func TestOneStreamUntilAProviderTokenIsProven(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sign := apns.ProviderToken(key, "KEYID00000", "TEAMID0000")
	var early atomic.Int32
	p := serveH2(t, func(l *link) {
		l.greet()
		r := l.next()
		if r == nil { // the run ended without needing this connection
			return
		}
		_ = l.nc.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if _, err := l.br.Peek(1); err == nil {
			early.Add(1)
		}
		_ = l.nc.SetReadDeadline(time.Time{})
		if !strings.HasPrefix(r.get("authorization"), "bearer ey") {
			t.Errorf("authorization %q", r.get("authorization"))
		}
		l.accept(r)
		acceptAll(l)
	})
	c := clientFor(t, p, func(cfg *apns.Config) { cfg.Bearer = sign })
	_, s, err := push(t, c, &fleet{n: 500})
	wantAccepted(t, s, err, 500)
	if early.Load() != 0 {
		t.Error("more than one push before the first answer")
	}
	other, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := apns.ProviderToken(other, "", "")(); problem.Of(err).Code != problem.FileDamaged {
		t.Errorf("a key of another curve: %v", err)
	}
}

func TestProbeReadsTheSettings(t *testing.T) {
	p := serveH2(t, func(l *link) {
		l.greet(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: 123})
		acceptAll(l)
	})
	got := clientFor(t, p).Probe(t.Context())
	if got.Err != nil || got.MaxStreams != 123 || got.Version != tls.VersionTLS13 || got.Address != p.url.Host {
		t.Errorf("got %+v", got)
	}
}
