package apns

import (
	"maps"
	"math"
	"slices"

	"golang.org/x/net/http2"
)

// maxUnacknowledged bounds the SETTINGS frames that a client may leave unacknowledged.
const maxUnacknowledged = 1000

// assumedStreams is what a client may open before it has acknowledged our first
// SETTINGS: the value that RFC 9113 recommends as the least, and clients assume.
const assumedStreams = 100

// streamLimit is SETTINGS_MAX_CONCURRENT_STREAMS over time. A client is held only to
// what it has acknowledged, or to a larger value that is on its way.
type streamLimit struct {
	announced int
	agreed    int
	pending   []int
}

func newStreamLimit(streams int) streamLimit {
	return streamLimit{announced: streams, agreed: assumedStreams, pending: []int{streams}}
}

// announce notes a new value, and tells whether the client may be sent another one.
func (l *streamLimit) announce(streams int) bool {
	if len(l.pending) >= maxUnacknowledged {
		return false
	}
	l.announced = streams
	l.pending = append(l.pending, streams)
	return true
}

// acknowledge notes that the client has applied the oldest value that it was sent.
func (l *streamLimit) acknowledge() {
	if len(l.pending) > 0 {
		l.agreed = l.pending[0]
		l.pending = slices.Delete(l.pending, 0, 1)
	}
}

func (l *streamLimit) allowed() int {
	allowed := l.agreed
	for _, streams := range l.pending {
		allowed = max(allowed, streams)
	}
	return allowed
}

// consume counts what a DATA frame takes of the connection's window (padding counts),
// and gives it back in large portions. That a client sends more than it may can hardly
// be seen, since it is unknown when it learns of a portion; no memory hangs on it, and
// no payload comes near a stream's own window.
func (c *conn) consume(size uint32) {
	c.consumed += size
	if c.consumed >= connectionWindow/2 {
		_ = c.framer.WriteWindowUpdate(0, c.consumed)
		c.consumed = 0
	}
}

func (c *conn) onWindowUpdate(f *http2.WindowUpdateFrame) error {
	if f.StreamID == 0 {
		c.window += int64(f.Increment)
		if c.window > math.MaxInt32 {
			return http2.ConnectionError(http2.ErrCodeFlowControl)
		}
		c.sendBlocked()
		return nil
	}
	st := c.open[f.StreamID]
	if st == nil {
		if f.StreamID > c.lastID {
			return http2.ConnectionError(http2.ErrCodeProtocol)
		}
		return nil
	}
	st.window += int64(f.Increment)
	if st.window > math.MaxInt32 {
		return http2.StreamError{StreamID: st.id, Code: http2.ErrCodeFlowControl}
	}
	if st.unsent != "" {
		c.sendBody(st)
	}
	return nil
}

// changeInitialWindow applies a client's SETTINGS_INITIAL_WINDOW_SIZE, also to the
// streams that are open (RFC 9113 section 6.9.2). A window may become negative.
func (c *conn) changeInitialWindow(size int64) error {
	change := size - c.firstWindow
	c.firstWindow = size
	for _, st := range c.open {
		st.window += change
		if st.window > math.MaxInt32 {
			return http2.ConnectionError(http2.ErrCodeFlowControl)
		}
	}
	return nil
}

// sendBlocked sends what waits for a window, the oldest streams first.
func (c *conn) sendBlocked() {
	if c.blocked == 0 {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(c.open)) {
		if st := c.open[id]; st.unsent != "" {
			c.sendBody(st)
		}
	}
}

// sendBody sends as much of an answer's body as both windows allow, and closes the
// stream after its end.
func (c *conn) sendBody(st *stream) {
	size := min(int64(len(st.unsent)), st.window, c.window)
	if size <= 0 {
		return
	}
	part, rest := st.unsent[:size], st.unsent[size:]
	_ = c.framer.WriteData(st.id, rest == "", []byte(part))
	st.window -= size
	c.window -= size
	st.unsent = rest
	if rest != "" {
		return
	}
	c.blocked--
	if st.cut {
		_ = c.framer.WriteRSTStream(st.id, http2.ErrCodeNo)
	}
	c.closeStream(st)
}
