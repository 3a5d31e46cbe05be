package apns

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// DefaultConnections is how many connections a run uses when nothing else is asked
// for. The second is opened only after the first has had an answer.
const DefaultConnections = 2

// MaxConnections bounds what may be asked for: each one costs Apple a handshake.
const MaxConnections = 64

// Config says where to push and as whom.
type Config struct {
	// Endpoint is an https URL without a path, see [Address]; the port is 443 unless named.
	Endpoint *url.URL
	// TLS has the client certificate, if pushes go by certificate, and RootCAs, if
	// not the system's. It is cloned; TLS 1.2 and HTTP/2 are insisted on.
	TLS *tls.Config
	// Bearer signs a provider token, see [ProviderToken]; nil with a certificate.
	Bearer func() (string, error)
	// Proxy finds the HTTP proxy to tunnel through, see [ProxyFor]; nil for none.
	Proxy func(*url.URL) (*url.URL, error)
	// Connections is how many are used at most; 0 means [DefaultConnections].
	Connections int
	// Rate is how many pushes may go out per second, tries again included; 0 means no limit.
	Rate float64
	// Seed makes the jitter of back-off repeatable.
	Seed uint64
	// Now is the wall clock. It may stand still: only a Retry-After that is a date is
	// compared with it.
	Now func() time.Time
}

// Client pushes to one endpoint with one identity. It is safe for concurrent use; each
// run has connections of its own.
type Client struct {
	cfg  Config
	tune tuning
}

// New checks the configuration. Its errors have the code usage.
func New(cfg Config) (*Client, error) {
	if !isBase(cfg.Endpoint) {
		return nil, problem.Say(problem.Usage, "push-endpoint", nil)
	}
	if cfg.Connections < 0 || cfg.Connections > MaxConnections {
		return nil, problem.Say(problem.Usage, "push-connections", nil)
	}
	if !(cfg.Rate >= 0) {
		return nil, problem.Say(problem.Usage, "push-rate", nil)
	}
	if cfg.Now == nil {
		return nil, problem.New(problem.Internal, problem.Params{"detail": "apns: no clock"})
	}
	if cfg.Connections == 0 {
		cfg.Connections = DefaultConnections
	}
	return &Client{cfg: cfg, tune: defaults()}, nil
}

// isBase tells whether u is an https URL to which a path can be added.
func isBase(u *url.URL) bool {
	return u != nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil &&
		(u.Path == "" || u.Path == "/") && u.RawQuery == ""
}

// Run pushes what source hands out and gives sink one result for every push that went
// out, and for every token that cannot be sent. It returns when the source has ended
// and every push has its result.
//
// It ends early, with an error, when ctx is done (code interrupted), when APNs will not
// have our certificate or key (apns-refused), when APNs cannot be reached or spoken with
// (apns-unreachable, apns-tls, apns-protocol; within 10 s if it never could), and when
// source or sink fail (their error). Pushes that were not sent then have no result; those
// that were get theirs, after a short wait for the answer. The summary counts the results
// in either case.
func (c *Client) Run(ctx context.Context, note Notification, source Source, sink Sink) (Summary, error) {
	if err := note.check(); err != nil {
		return Summary{}, err
	}
	r := c.newRun(note, sink)
	if c.cfg.Bearer != nil {
		var err error
		if r.bearer, err = newBearer(c.cfg.Bearer); err != nil {
			return Summary{}, err
		}
	}
	dialing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var connections sync.WaitGroup
	for range c.cfg.Connections {
		connections.Go(func() { r.guarded(func() { r.pool.keep(dialing) }) })
	}
	go r.guarded(func() { r.feed(source) })
	err := r.loop(ctx, cancel)
	cancel()
	r.pool.close()
	linger := time.AfterFunc(r.tune.linger, r.pool.abort)
	defer linger.Stop()
	connections.Wait()

	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Connections = r.pool.tried
	r.summary.Elapsed = max(r.clock.now(), tick)
	return r.summary, err
}

// newRun prepares a run.
func (c *Client) newRun(note Notification, sink Sink) *run {
	port := c.cfg.Endpoint.Port()
	if port == "" {
		port = "443"
	}
	r := &run{
		cfg: &c.cfg, tune: c.tune, note: note, sink: sink,
		address:   net.JoinHostPort(c.cfg.Endpoint.Hostname(), port),
		authority: c.cfg.Endpoint.Host,
		backoff:   newBackoff(c.cfg.Seed, c.tune.pause),
		queue:     newQueue(c.cfg.Rate, maxWaiting),
		stops:     make(chan error, 1),
	}
	r.pool = newPool(r)
	return r
}

// maxWaiting is how many pushes may wait for another try before the source is left
// alone.
const maxWaiting = 8192
