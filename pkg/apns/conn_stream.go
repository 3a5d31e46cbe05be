package apns

import (
	"golang.org/x/net/http2"
)

// complete ends a stream whose answer has arrived.
func (c *conn) complete(s *slot) {
	if c.release(s) { // answered before our body was out: the rest is not wanted
		c.mu.Lock()
		_ = c.tell(appendReset(c.control, s.id, http2.ErrCodeCancel))
		c.mu.Unlock()
		c.awake()
	}
	if it := s.item.Load(); it != nil {
		c.hand(s, s.answer.outcome(it, c.run.cfg.Now))
	}
}

// endStream ends a stream that the peer has reset.
func (c *conn) endStream(id uint32, code http2.ErrCode) {
	s := c.slots.find(id)
	if s == nil {
		return
	}
	if s.answer.status != 0 { // the answer came first, so it stands
		c.complete(s)
		return
	}
	c.release(s)
	o := outcome{failure: reset, err: http2.StreamError{StreamID: id, Code: code}}
	if code == http2.ErrCodeRefusedStream {
		o.failure = refused
	}
	c.hand(s, o)
}

// abort resets a stream on which the peer broke the rules.
func (c *conn) abort(id uint32, code http2.ErrCode) error {
	c.mu.Lock()
	err := c.tell(appendReset(c.control, id, code))
	c.mu.Unlock()
	c.awake()
	c.endStream(id, code)
	return err
}

// release drops what a stream still had to send, and tells whether there was any.
func (c *conn) release(s *slot) bool {
	if c.stalls.Load() == 0 {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	unsent := c.flow.forget(s)
	c.stalls.Store(int32(len(c.flow.stalled)))
	return unsent
}

// hand frees the slot and keeps the outcome for [conn.handOver].
func (c *conn) hand(s *slot, o outcome) {
	s.answer.reset()
	if o.item = s.item.Swap(nil); o.item != nil {
		c.outcomes = append(c.outcomes, o)
		c.released++
	}
}

// handOver hands the collected outcomes to the run, then gives their streams back to the
// writer: so a slow sink slows the pushes down.
func (c *conn) handOver() {
	if c.released == 0 && len(c.outcomes) == 0 {
		return
	}
	var answers int64
	for i := range c.outcomes {
		if c.outcomes[i].failure == answered {
			answers++
		}
	}
	if answers > 0 && c.answers.Add(answers) == answers {
		c.run.pool.prove()
	}
	c.run.decide(c.outcomes)
	clear(c.outcomes)
	c.outcomes = c.outcomes[:0]

	c.mu.Lock()
	c.open -= c.released
	useful := c.draining || c.closing || c.room() > 0
	c.mu.Unlock()
	c.released = 0
	if useful {
		c.awake()
	}
}
