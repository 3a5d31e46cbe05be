package apns

import (
	"bytes"
	"sync"
	"time"

	"golang.org/x/net/http2/hpack"
)

const (
	maxBuffered   = 1 << 20 // unsent bytes above which nothing more is read
	writeTimeout  = 10 * time.Second
	drainTimeout  = 5 * time.Second
	initialWindow = 65_535 // RFC 9113 section 6.9.2
)

// output is the sending half of a connection, all of it guarded by conn.mu.
// Frames are written to memory, which cannot fail: the framer's errors are dropped.
type output struct {
	buffer frameBuffer
	ready  *sync.Cond // something to write, or the end
	room   *sync.Cond // the buffer was taken

	encoder *hpack.Encoder
	encoded bytes.Buffer // the encoder's header block
	idKnown bool         // apns-id is in the encoder's table: the name need not be repeated

	delayed  []delayedAnswer
	window   int64 // of the connection, for DATA
	leaving  bool  // GOAWAY is sent: no new streams
	finished bool  // nothing is added any more
	broken   bool  // nothing can be written any more
	drain    *time.Timer
}

// frameBuffer gathers frames. Two of them take turns between encoding and writing.
type frameBuffer struct{ bytes []byte }

func (b *frameBuffer) Write(p []byte) (int, error) {
	b.bytes = append(b.bytes, p...)
	return len(p), nil
}

// delayedAnswer waits for the latency that a test asked for.
type delayedAnswer struct {
	stream uint32
	answer answer
}

func (c *conn) initOutput() {
	c.ready = sync.NewCond(&c.mu)
	c.room = sync.NewCond(&c.mu)
	c.encoder = hpack.NewEncoder(&c.encoded)
	c.window = initialWindow
}

// writeLoop writes until the connection is finished, then ends our direction.
func (c *conn) writeLoop() {
	watchdog := time.AfterFunc(writeTimeout, func() { _ = c.raw.Close() })
	defer watchdog.Stop()
	var spare []byte
	for {
		frames, more := c.takeFrames(spare)
		if len(frames) > 0 {
			watchdog.Reset(writeTimeout)
			if _, err := c.secure.Write(frames); err != nil {
				c.abandon()
				return
			}
			watchdog.Stop()
		}
		if !more {
			break
		}
		spare = frames[:0]
	}
	_ = c.secure.CloseWrite()
	closeWrite(c.raw)
	// The reader may be waiting for a client that stays silent.
	time.AfterFunc(lingerTimeout, func() { _ = c.raw.Close() })
}

// takeFrames waits for frames and exchanges their buffer. After the last ones more is false.
func (c *conn) takeFrames(spare []byte) (frames []byte, more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.buffer.bytes) == 0 && !c.finished {
		c.ready.Wait()
	}
	frames, c.buffer.bytes = c.buffer.bytes, spare
	c.room.Signal()
	return frames, !c.finished
}

// abandon gives the connection up after a failed write.
func (c *conn) abandon() {
	_ = c.raw.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finished, c.broken = true, true
	c.room.Signal()
}

// flush lets go what was decided since the last call: the writer gets to work, delayed
// answers start to wait, all under one timer. A client that does not read what it gets
// is not read from either.
func (c *conn) flush() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if batch := c.delayed; len(batch) > 0 {
		c.delayed = nil
		time.AfterFunc(c.server.plan.Load().latency(), func() { c.release(batch) })
	}
	if len(c.buffer.bytes) > 0 {
		c.ready.Signal()
	}
	for len(c.buffer.bytes) > maxBuffered && !c.broken {
		c.room.Wait()
	}
}

// release sends answers that have waited, but for streams that the client has reset.
func (c *conn) release(batch []delayedAnswer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range batch {
		if st := c.open[d.stream]; st != nil && !c.finished {
			c.respond(st, d.answer)
		}
	}
	c.ready.Signal()
}

// finish ends the output after what is in the buffer.
func (c *conn) finish() {
	c.finished = true
	if c.drain != nil {
		c.drain.Stop()
	}
	c.ready.Signal()
}
