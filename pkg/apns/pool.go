package apns

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Reconnects. Apple takes rapid connecting for an attack, so a run tries thrice when
// nothing ever worked and a little longer when something did.
const (
	triesNew    = 3
	triesProven = 8
	pauseDial   = 100 * time.Millisecond
	youngAge    = time.Second // a connection that ends younger, and
	youngWork   = 1000        // with fewer answers, makes the next one wait
)

// pool keeps the run's connections. Until one of them has had an answer, and whenever
// the last one had none, one is tried at a time: a bad certificate costs one connection.
type pool struct {
	run     *run
	trusted atomic.Bool // the last news from a connection was an answer

	mu        sync.Mutex
	turn      sync.Cond
	conns     []*conn
	probing   bool // a connection is being tried while none is trusted
	proven    bool // some connection has had an answer
	connected bool // some connection has been made
	over      bool
	tried     int64
	fruitless int           // connections without an answer, in a row
	hasty     int           // connections that ended young, in a row
	began     time.Duration // the first attempt
	after     time.Duration // no attempt before
}

func newPool(r *run) *pool {
	p := &pool{run: r}
	p.turn.L = &p.mu
	return p
}

// keep keeps one connection up until the run is over.
func (p *pool) keep(ctx context.Context) {
	for {
		within, ok := p.admit()
		if !ok {
			return
		}
		born := p.run.clock.now()
		c, err := p.run.dial(ctx, within)
		var answers int64
		if err == nil {
			if p.add(c) {
				err = c.serve()
				p.remove(c)
			} else {
				_ = c.nc.Close()
			}
			answers = c.answers.Load()
		}
		p.afterEnd(answers, p.run.clock.now()-born, err)
	}
}

// admit waits until a connection may be tried and says how long that may take; false
// when the run is over.
func (p *pool) admit() (within time.Duration, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.over {
		now, trusted := p.run.clock.now(), p.trusted.Load()
		if now >= p.after && (trusted || !p.probing) && p.run.queue.pending(len(p.conns) == 0) {
			p.probing = p.probing || !trusted
			if p.tried++; p.tried == 1 {
				p.began = now
			}
			if p.connected {
				return p.run.tune.dial, true
			}
			return min(p.run.tune.dial, max(tick, p.began+p.run.tune.start-now)), true
		}
		p.turn.Wait()
	}
	return 0, false
}

// add takes a connection that has been made; false when the run is over.
func (p *pool) add(c *conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.connected = true
	if !p.over {
		p.conns = append(p.conns, c)
	}
	return !p.over
}

func (p *pool) remove(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = slices.DeleteFunc(p.conns, func(o *conn) bool { return o == c })
}

// prove notes the first answer on a connection.
func (p *pool) prove() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.proven, p.probing, p.fruitless = true, false, 0
	p.trusted.Store(true)
	p.turn.Broadcast()
}

// afterEnd draws the consequences from the end of a connection.
func (p *pool) afterEnd(answers int64, age time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.turn.Broadcast()
	if p.over {
		return
	}
	now := p.run.clock.now()
	if answers == 0 && !slices.ContainsFunc(p.conns, (*conn).working) {
		p.fruitless++
		p.probing = false
		p.trusted.Store(false)
	}
	if answers < youngWork && age < youngAge {
		p.hasty++
		p.after = now + p.run.backoff.pause(pauseDial, p.hasty-1)
	} else {
		p.hasty, p.after = 0, now
	}
	if why := p.hopeless(now, err); why != nil {
		p.over = true // at once: whoever waits for a turn would try one more before the run has heard of it
		p.run.stop(why)
	}
}

// hopeless returns the error that ends the run, if another connection is not worth
// trying.
func (p *pool) hopeless(now time.Duration, err error) error {
	if err == nil {
		return nil
	}
	why := Explain(err, p.run.cfg.Endpoint.Host)
	switch {
	case why.Code == problem.APNsRefused,
		!p.proven && proxyDecided(err),
		p.fruitless >= triesProven,
		p.fruitless >= triesNew && !p.proven,
		!p.connected && now-p.began >= p.run.tune.start-tick:
		return why
	}
	return nil
}

// each calls f for every connection.
func (p *pool) each(f func(*conn)) {
	p.mu.Lock()
	conns := slices.Clone(p.conns)
	p.mu.Unlock()
	for _, c := range conns {
		f(c)
	}
}

// advance lets those who wait for their turn look at the clock.
func (p *pool) advance() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn.Broadcast()
}

// close makes no more connections and ends those that are there when nothing is open
// on them.
func (p *pool) close() {
	p.mu.Lock()
	p.over = true
	p.turn.Broadcast()
	p.mu.Unlock()
	p.each((*conn).finish)
}

// abort ends all connections at once.
func (p *pool) abort() {
	p.each(func(c *conn) { c.stop(errStopped) })
}
