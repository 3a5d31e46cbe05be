package apns

import (
	"sync/atomic"
	"time"
)

// tick is how often a run looks at its clock: back-off, rate and deadlines are no
// finer than this.
const tick = 10 * time.Millisecond

// clock counts the time since a run began. It is moved by a ticker, for the wall
// clock that comes in from outside may stand still or jump, and asking the system for
// the time at every push would cost more than encoding it.
type clock struct {
	start time.Time
	since atomic.Int64
}

// set moves the clock to the time that a timer delivered.
func (c *clock) set(t time.Time) time.Duration {
	if c.start.IsZero() {
		c.start = t
	}
	d := t.Sub(c.start)
	c.since.Store(int64(d))
	return d
}

// now is the time since the run began, as of the last tick.
func (c *clock) now() time.Duration { return time.Duration(c.since.Load()) }
