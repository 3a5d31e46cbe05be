package apns

import (
	"time"
)

// watch is what the run's goroutine remembers of a connection between its rounds.
type watch struct {
	pinged  time.Duration // when we asked whether the peer lives; 0: not
	ending  time.Duration // when the peer must have answered what is left; 0: not draining
	blocked time.Duration // since when the peer allows nothing; 0: it does
}

// check looks after a connection, some times a second: it asks a silent peer whether
// it lives, and ends what does not come to an end.
func (c *conn) check(now time.Duration) {
	c.checkPeer(now)
	c.checkStreams(now)
}

// checkPeer pings a peer that owes answers and is silent (one that owes nothing once an
// hour, as Apple suggests), and gives up on one that stays silent.
func (c *conn) checkPeer(now time.Duration) {
	heard := time.Duration(c.heard.Load())
	if !c.reading.Load() || c.pinged > 0 && heard >= c.pinged {
		c.pinged = 0
		return
	}
	if c.pinged > 0 {
		if now-c.pinged > c.run.tune.pong {
			c.stop(errDead)
		}
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	patience := c.run.tune.ping
	if c.open == 0 {
		patience = c.run.tune.idle
	}
	if now-heard > patience {
		c.pinged = now
		c.control = appendPing(c.control, false, [8]byte{'a', 'p', 'n', 's', 'c', 't', 'l'})
		c.awake()
	}
}

// checkStreams retires a connection on which an answer is overdue, ends one that has
// been draining for too long, and one that never allows a push.
func (c *conn) checkStreams(now time.Duration) {
	if overdue := c.overdue(now); overdue {
		c.drain(maxStreamID)
	}
	c.mu.Lock()
	draining := c.draining
	blocked := c.open == 0 && !c.draining && c.flow.room(0) == 0
	c.mu.Unlock()
	switch {
	case !blocked:
		c.blocked = 0
	case c.blocked == 0:
		c.blocked = now
	case now-c.blocked > c.run.tune.answer:
		c.stop(errStalled)
	}
	switch {
	case !draining:
	case c.ending == 0:
		c.ending = now + c.run.tune.drain
	case now > c.ending:
		c.stop(errNoAnswer)
	}
}

// overdue tells whether a push has waited too long for its answer.
func (c *conn) overdue(now time.Duration) bool {
	for i := range c.slots {
		if s := &c.slots[i]; s.item.Load() != nil && s.age(now) >= c.run.tune.answer {
			return true
		}
	}
	return false
}

// tuning is the run's patience and the first stream id. Only tests change it.
type tuning struct {
	firstStream uint32
	start       time.Duration // until some connection is made; the run ends otherwise
	dial        time.Duration // for making one connection
	ping        time.Duration // of silence while answers are owed
	idle        time.Duration // of silence while none are
	pong        time.Duration // for the answer to a PING
	answer      time.Duration // for the answer to a push
	drain       time.Duration // for what is left after GOAWAY
	grace       time.Duration // for what is left after an interrupt
	linger      time.Duration // for the peer's last words after a failed write
	pause       time.Duration // the longest between tries
}

// defaults are the patience of the product.
func defaults() tuning {
	return tuning{
		firstStream: 1,
		start:       8 * time.Second, dial: 4 * time.Second,
		ping: 10 * time.Second, idle: time.Hour, pong: 5 * time.Second,
		answer: 30 * time.Second, drain: 5 * time.Second,
		grace: 2 * time.Second, linger: 500 * time.Millisecond, pause: 10 * time.Second,
	}
}
