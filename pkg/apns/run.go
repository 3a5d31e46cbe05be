package apns

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/caught"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// run is one call of [Client.Run].
type run struct {
	cfg       *Config
	tune      tuning
	note      Notification
	address   string // host:port to connect to
	authority string // :authority

	clock   clock
	backoff *backoff
	bearer  *bearer // nil with a certificate
	queue   *queue
	pool    *pool
	stops   chan error // why the run is to stop; the first counts

	mu       sync.Mutex // serialises the sink; guards what follows
	sink     Sink
	result   Result
	summary  Summary
	finished []*item
	again    []*item
	streak   int // answers of class Credential in a row
}

// maxStreak is how many pushes in a row may be refused because of our certificate, key
// or topic before the run stops: more of the same would only count as abuse.
const maxStreak = 500

// stop asks for the end of the run.
func (r *run) stop(err error) {
	select {
	case r.stops <- err:
	default:
	}
}

// guarded does something in a goroutine; a panic there stops the run, and is why it ended.
func (r *run) guarded(do func()) {
	if p := caught.Run(do); p != nil {
		r.stop(p)
	}
}

// loop lets the run go until every push has its result, and returns why it ended early.
func (r *run) loop(ctx context.Context, cancelDial func()) (err error) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	interrupt, stops := ctx.Done(), r.stops
	var stopped, checked time.Duration
	for {
		select {
		case t := <-ticker.C:
			now := r.clock.set(t)
			r.queue.advance(now)
			r.pool.advance()
			if now-checked >= checkEvery {
				checked = now
				r.check(now)
			}
			if stopped > 0 && now-stopped > r.tune.grace {
				r.pool.abort()
			}
			continue
		case <-r.queue.done:
			select {
			case err = <-stops:
			default:
			}
			return err
		case <-interrupt:
			err = problem.New(problem.Interrupted, nil)
		case err = <-stops:
			if _, ok := errors.AsType[*caught.Panic](err); ok {
				return err // what was in its hands never comes back
			}
		}
		interrupt, stops = nil, nil
		stopped = max(r.clock.now(), 1)
		cancelDial()
		r.pool.close()
		r.finish(r.queue.halt())
	}
}

// checkEvery is how often connections are looked after.
const checkEvery = 100 * time.Millisecond

// check looks after the connections and the provider token.
func (r *run) check(now time.Duration) {
	r.pool.each(func(c *conn) { c.check(now) })
	if r.bearer != nil {
		if err := r.bearer.renew(now, bearerOld); err != nil {
			r.stop(err)
		}
	}
}

// feed moves pushes from the source to the queue until the source or the run ends.
func (r *run) feed(source Source) {
	for {
		it := r.queue.reserve()
		if it == nil {
			return
		}
		if err := source.Next(&it.Push); err != nil {
			if !errors.Is(err, io.EOF) {
				r.stop(err)
			}
			r.queue.end()
			return
		}
		switch sendable := it.sendable(); {
		case !r.queue.offer(it, sendable):
			return
		case !sendable:
			r.decide([]outcome{{item: it, failure: unsendable, err: errMalformed}})
		}
	}
}

// tick is how often a run looks at its clock: back-off, rate and deadlines are no
// finer than this.
const tick = 10 * time.Millisecond

// clock counts the time since a run began. Its ticker alone moves it: the wall clock that comes
// in from outside may stand still or jump, and asking the system for the time at every push
// would cost more than encoding it.
type clock struct {
	start time.Time
	since atomic.Int64
}

// set moves the clock to the time that the ticker delivered: one tick after the start at first.
func (c *clock) set(t time.Time) time.Duration {
	if c.start.IsZero() {
		c.start = t.Add(-tick)
	}
	d := t.Sub(c.start)
	c.since.Store(int64(d))
	return d
}

// now is the time since the run began, as of the last tick.
func (c *clock) now() time.Duration { return time.Duration(c.since.Load()) }
