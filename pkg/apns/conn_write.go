package apns

import (
	"encoding/binary"

	"golang.org/x/net/http2"
)

// batchSize is how many pushes the writer takes at once.
const batchSize = 128

// writer is what only the writing goroutine of a connection touches.
type writer struct {
	next         uint32 // stream id
	opened       int    // streams opened since the lock was last held
	spent        int64  // bytes of DATA since then
	refusedAbove uint32 // streams above were taken back
	orderly      bool   // the connection ended because its work was done
	bearer       uint32 // generation of the provider token in blocks
	out          []byte
	err          error // of a write
	batch        []*item
	turned       []outcome
	blocks       *blocks
}

// allowance is what the writer may send until it holds the lock again.
type allowance struct {
	streams int
	window  int64
	initial int64
	frame   int
	halted  bool // leave at once
	over    bool // the connection has done its work
}

// write opens streams until the connection ends. Pushes gather in one buffer that is
// written when it is full or when nothing is left to add.
func (c *conn) write() error {
	for {
		a := c.gather()
		switch {
		case a.halted:
			return nil
		case a.over:
			c.orderly = true
			c.out = appendGoAway(c.out, http2.ErrCodeNo)
			return c.flush()
		case c.turnAway() || c.fill(&a):
			continue
		}
		if err := c.flush(); err != nil {
			return err
		}
		<-c.wake
	}
}

// gather takes over from the reader: control frames and resumed bodies, and
// learns what may be sent.
func (c *conn) gather() allowance {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open += c.opened
	c.flow.window -= c.spent
	c.opened, c.spent = 0, 0
	c.out = append(c.out, c.control...)
	c.control = c.control[:0]
	c.out = c.flow.resume(c.out)
	c.stalls.Store(int32(len(c.flow.stalled)))
	if c.resized {
		c.resized = false
		c.blocks.resize(c.table)
	}
	ending := c.draining || c.closing
	a := allowance{
		window: c.flow.window, initial: c.flow.initial, frame: c.flow.frame,
		halted: c.halted, over: ending && c.open == 0,
	}
	if !ending {
		a.streams = c.room()
	}
	return a
}

// room is how many streams may be opened now. A connection that is not proven gets one:
// so Apple does it with provider tokens, and so a certificate that APNs will not have is
// noticed at the cost of one push. A busy connection waits until a batch is worth a
// packet. The caller holds mu.
func (c *conn) room() int {
	if !c.working() && (c.run.bearer != nil || !c.run.pool.trusted.Load()) {
		return min(c.flow.room(c.open), max(0, 1-c.open))
	}
	n, enough := c.flow.room(c.open), min(c.flow.streams/64+1, 16)
	if n < enough && c.open >= enough {
		return 0
	}
	return n
}

// fill adds pushes to the buffer. It reports whether it is worth coming back before
// going to sleep.
func (c *conn) fill(a *allowance) bool {
	if a.streams == 0 {
		return false
	}
	if b := c.run.bearer; b != nil {
		if jwt, generation := b.current(); generation != c.bearer {
			c.blocks.authorize(jwt)
			c.bearer = generation
		}
	}
	c.batch = c.run.queue.take(c, c.batch[:0], min(a.streams, batchSize))
	for i, it := range c.batch {
		if !c.openStream(a, it) {
			c.drain(maxStreamID)
			c.run.giveBack(c.batch[i:])
			break
		}
		if c.err != nil {
			c.run.giveBack(c.batch[i+1:])
			break
		}
	}
	return len(c.batch) > 0 && c.err == nil
}

// openStream adds a push to the buffer, and writes that when it is full. It fails when
// the stream ids are used up (RFC 9113 section 5.1.1).
func (c *conn) openStream(a *allowance, it *item) bool {
	s, id := c.slots.claim(c.next)
	if s == nil {
		return false
	}
	c.next = id + 2
	c.opened++
	it.attempts++
	s.id = id
	s.sent.Store(int64(c.run.clock.now()))
	s.item.Store(it)

	at := len(c.out)
	flags := http2.FlagHeadersEndHeaders
	if len(it.Body) == 0 {
		flags |= http2.FlagHeadersEndStream
	}
	c.out = appendFrame(c.out, 0, http2.FrameHeaders, flags, id)
	c.out = c.blocks.append(c.out, it.Token, it.ID)
	binary.BigEndian.PutUint32(c.out[at:], lengthAndKind(len(c.out)-at-frameHeader, http2.FrameHeaders))
	c.body(a, s, it.Body)
	if len(c.out) >= writeBuffer-512 {
		_ = c.flush()
	}
	return true
}

// body adds the body of a stream just opened, as far as the windows allow.
func (c *conn) body(a *allowance, s *slot, body []byte) {
	n := allowed(len(body), a.initial, a.window, a.frame)
	if n > 0 {
		c.out = appendData(c.out, s.id, body[:n], n == len(body))
		a.window -= int64(n)
		c.spent += int64(n)
	}
	if n < len(body) {
		c.mu.Lock()
		c.flow.stall(s, body[n:], n)
		c.stalls.Add(1)
		c.mu.Unlock()
	}
}

// turnAway takes back the pushes on streams that the peer will not look at (RFC 9113
// section 6.8): they are safe to send again.
func (c *conn) turnAway() bool {
	c.mu.Lock()
	if c.refusedAbove == c.last {
		c.mu.Unlock()
		return false
	}
	c.refusedAbove = c.last
	goaway := c.goaway
	for i := range c.slots {
		s := &c.slots[i]
		if s.item.Load() == nil || s.id <= c.last {
			continue
		}
		c.flow.forget(s)
		if it := s.item.Swap(nil); it != nil {
			c.turned = append(c.turned, goaway.outcome(it))
			c.open--
		}
	}
	c.mu.Unlock()
	c.run.decide(c.turned)
	c.turned = c.turned[:0]
	return true
}

// flush writes the buffer. After an error nothing is written any more.
func (c *conn) flush() error {
	if c.err == nil && len(c.out) > 0 {
		_, c.err = c.nc.Write(c.out)
	}
	c.out = c.out[:0]
	return c.err
}
