package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// door is the only way to a server. What comes in by it is bounded in bytes and time, what goes out
// goes to the server's own address alone, and none of its errors holds a credential.
type door struct {
	name    string // for sentences
	again   Again
	kind    Kind
	base    *url.URL
	client  *http.Client
	agent   string
	sleep   func(context.Context, time.Duration) error
	secrets []string
	// authorize puts the credentials into a request. Where a login comes before, and fails, its
	// answer stands for that of the call.
	authorize func(*http.Request) (answer, error)
	// none tells the answer of a kind that has no certificate, which is a failure by its status
	// alone; nil for kinds that say it otherwise.
	none func(answer) bool
}

// What is waited for, and what is taken.
const (
	mostAnswer  = 4 << 20 // bytes of a body: a certificate and a page of alerts have room
	mostHeaders = 64 << 10
	mostTries   = 4
	mostWait    = 30 * time.Second // between two tries; a server that wants more is left alone
)

func newDoor(a Access, base *url.URL, o Options) *door {
	d := &door{
		name: a.Name, again: a.Again, kind: a.Kind, base: base, agent: cmp.Or(o.UserAgent, "apnsctl"), sleep: o.Sleep,
		secrets: forms(a.Credentials), authorize: func(*http.Request) (answer, error) { return answer{}, nil },
	}
	if d.sleep == nil {
		d.sleep = wait
	}
	d.client = &http.Client{
		Timeout: cmp.Or(o.Timeout, 30*time.Second),
		Transport: &http.Transport{
			Proxy: func(r *http.Request) (*url.URL, error) {
				if o.Proxy == nil {
					return nil, nil
				}
				return o.Proxy(r.URL)
			},
			TLSClientConfig:        &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
			MaxResponseHeaderBytes: mostHeaders,
			ForceAttemptHTTP2:      true,
			DisableKeepAlives:      true, // a call or two, and nothing is left open
		},
		// Another address would be given the credentials.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return d
}

// wait sleeps for real.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// call is one request, without what opens the server.
type call struct {
	method string
	path   string // below the base, escaped
	query  url.Values
	format string // of the body
	body   []byte
}

// answer is what came back, whatever its status.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	address string // that was asked, without what was asked
	login   bool   // it is that of a login
}

func (d *door) get(ctx context.Context, path string, query url.Values) (answer, error) {
	return d.ask(ctx, call{method: http.MethodGet, path: path, query: query})
}

// ask calls until there is an answer that another try would not change. The answer comes with the
// error, for the kind that knows better what a status means.
func (d *door) ask(ctx context.Context, c call) (answer, error) {
	for try := 1; ; try++ {
		a, err := d.once(ctx, c)
		if err != nil {
			return a, err
		}
		pause, again := a.pause(try)
		if !again || d.isNone(a) || try == mostTries || pause > mostWait {
			return a, d.decide(a)
		}
		if err := d.sleep(ctx, pause); errors.Is(err, context.DeadlineExceeded) {
			return a, d.decide(a) // there is no time for another try
		} else if err != nil {
			return a, d.explain(ctx, err)
		}
	}
}

// once is one try. Nothing that deletes, or that nobody here needs, gets out.
func (d *door) once(ctx context.Context, c call) (answer, error) {
	switch c.method {
	case http.MethodGet, http.MethodPut, http.MethodPost, http.MethodPatch:
	default:
		return answer{}, errors.New("no such method of ours: " + c.method)
	}
	target := d.base.JoinPath(c.path)
	target.RawQuery = c.query.Encode()
	request, err := http.NewRequestWithContext(ctx, c.method, target.String(), bytes.NewReader(c.body))
	if err != nil {
		return answer{}, d.explain(ctx, err)
	}
	request.Header.Set("User-Agent", d.agent)
	request.Header.Set("Accept", "application/json")
	if c.format != "" {
		request.Header.Set("Content-Type", c.format)
	}
	if login, err := d.authorize(request); err != nil || login.status != 0 {
		login.login = true
		return login, err
	}
	return d.exchange(request)
}

// exchange sends a request and reads what comes back, so far as it is taken.
func (d *door) exchange(request *http.Request) (answer, error) {
	response, err := d.client.Do(request) //nolint:gosec // the owner's own server
	if err != nil {
		return answer{}, d.explain(request.Context(), err)
	}
	defer func() { _ = response.Body.Close() }() // only read from
	body, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer+1))
	a := answer{status: response.StatusCode, header: response.Header, body: body, address: asked(request.URL)}
	switch {
	case err != nil:
		return answer{}, d.explain(request.Context(), err)
	case len(body) > mostAnswer:
		return answer{}, problem.Say(problem.ServerUnreachable, "garbled.large", problem.Params{"server": d.name, "bytes": strconv.Itoa(mostAnswer)})
	}
	return a, nil
}

// pause says whether a further try may find another answer, and how long the server wants to be
// left alone before. A moment that it names is compared with its own clock (RFC 9110, 10.2.3).
func (a answer) pause(try int) (time.Duration, bool) {
	if a.status != http.StatusTooManyRequests && a.status < http.StatusInternalServerError || a.status == http.StatusNotImplemented {
		return 0, false
	}
	wanted := a.header.Get("Retry-After")
	if seconds, err := strconv.Atoi(wanted); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, int(time.Hour.Seconds()))) * time.Second, true
	}
	at, err := http.ParseTime(wanted)
	now, err2 := http.ParseTime(a.header.Get("Date"))
	if err == nil && err2 == nil {
		return max(0, at.Sub(now)), true
	}
	return time.Second << (try - 1), true
}
