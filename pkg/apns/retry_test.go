package apns_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

func TestRetriesKeepTheIDAndEnd(t *testing.T) {
	tests := map[string]struct {
		status   int
		body     string
		attempts int
		class    apns.Class
	}{
		"429 is tried five times":                   {429, `{"reason":"TooManyRequests"}`, 5, apns.Later},
		"an unknown 4xx passes through":             {400, `{"reason":"BrandNew"}`, 1, apns.Credential},
		"410 has its timestamp":                     {410, `{"reason":"Unregistered","timestamp":1700000000123}`, 1, apns.Device},
		"an answer that is no JSON":                 {404, `<html>`, 1, apns.Credential},
		"a status that is none of APNs'":            {302, ``, 1, apns.Network},
		"the other spelling of a bad environment":   {403, `{"reason":"BadEnvironmentKeyInToken"}`, 1, apns.Credential},
		"503 Shutdown until there is no more sense": {503, `{"reason":"Shutdown"}`, 10, apns.Later},
	}
	together := newCrowd()
	for name, test := range tests {
		together.join(func() {
			t.Run(name, func(t *testing.T) {
				ids := make(chan string, 100)
				p := serveH2(t, func(l *link) {
					l.greet()
					for r := l.next(); r != nil; r = l.next() {
						ids <- r.get("apns-id")
						l.reject(r, test.status, test.body)
					}
				})
				c := clientFor(t, p)
				c.Hurry(50 * time.Millisecond)
				res, _, err := push(t, c, &fleet{n: 1})
				if err != nil {
					t.Fatal(err)
				}
				got := res.all[0]
				if got.Class != test.class || got.Status != test.status || got.Attempts != test.attempts || len(ids) != test.attempts {
					t.Errorf("got %+v, sent %d times", got, len(ids))
				}
				if strings.Contains(test.body, "timestamp") != (got.Timestamp == 1700000000123) {
					t.Errorf("timestamp %d", got.Timestamp)
				}
				for range test.attempts {
					if id := <-ids; id != got.ID.String() {
						t.Errorf("sent with apns-id %s, want %s", id, got.ID)
					}
				}
			})
		})
	}
	together.all.Wait()
}

func TestRetryAfterIsKept(t *testing.T) {
	for _, after := range []string{"1", time.Unix(1001, 0).UTC().Format(http.TimeFormat)} {
		t.Run(after, func(t *testing.T) {
			t.Parallel()
			var first, second time.Time
			p := serveH2(t, func(l *link) {
				l.greet()
				r := l.next()
				if r == nil {
					return
				}
				first = time.Now()
				l.reject(r, 429, `{"reason":"TooManyRequests"}`, "retry-after", after)
				if r = l.next(); r != nil {
					second = time.Now()
					l.accept(r)
					acceptNone(l)
				}
			})
			c := clientFor(t, p, func(cfg *apns.Config) { cfg.Now = func() time.Time { return time.Unix(1000, 0) } })
			_, s, err := push(t, c, &fleet{n: 1})
			wantAccepted(t, s, err, 1)
			if second.Sub(first) < 950*time.Millisecond {
				t.Errorf("came back after %v", second.Sub(first))
			}
		})
	}
	t.Run("too long to wait for", func(t *testing.T) {
		p := serveH2(t, func(l *link) {
			l.greet()
			l.reject(l.next(), 429, `{"reason":"TooManyRequests"}`, "retry-after", "3600")
			acceptNone(l)
		})
		_, s, err := push(t, clientFor(t, p), &fleet{n: 1})
		if err != nil || s.Later != 1 {
			t.Fatalf("got %+v, %v", s, err)
		}
	})
}
