package apns

import (
	"bufio"
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// Sizes of a connection's buffers, in bytes. A write fills a TLS record; a read takes two.
const (
	writeBuffer = 16 << 10
	readBuffer  = 32 << 10
	// maxControl bounds the answers owed to a peer that floods us with PING or
	// SETTINGS and does not read.
	maxControl = 128 << 10
)

// conn is one HTTP/2 connection: what its writer and its reader share, and the two
// themselves. A push passes between them through its slot.
type conn struct {
	run       *run
	nc        net.Conn
	slots     *ring
	wake      chan struct{} // the writer sleeps here
	wantsMore bool          // is in the queue's list; guarded by the queue's lock

	mu       sync.Mutex // guards what follows, up to the blank line
	flow     flow
	open     int          // streams that owe an answer
	table    int          // the peer's header table size, as far as we use it
	resized  bool         // table has changed
	control  []byte       // frames to be written before anything else
	draining bool         // no more streams may be opened
	last     uint32       // the highest stream that the peer will answer
	closing  bool         // to end once nothing is open
	halted   bool         // to end at once
	cause    error        // why we ended it ourselves
	goaway   *goAwayError // the peer's

	stalls  atomic.Int32 // streams whose body waits for a window
	answers atomic.Int64 // pushes answered
	heard   atomic.Int64 // when the peer was last heard, on the run's clock
	reading atomic.Bool  // the reader waits for the peer, and not for the sink

	writer
	reader
	watch
}

func newConn(r *run, nc net.Conn) *conn {
	c := &conn{
		run: r, nc: nc, slots: new(ring), wake: make(chan struct{}, 1),
		flow: newFlow(), table: defaultTable, last: maxStreamID,
		writer: writer{
			next:   r.tune.firstStream,
			out:    make([]byte, 0, writeBuffer+4096),
			batch:  make([]*item, 0, batchSize),
			blocks: newBlocks(r.authority, r.note),
		},
		reader: reader{br: bufio.NewReaderSize(nc, readBuffer)},
	}
	c.refusedAbove = maxStreamID
	c.framer = http2.NewFramer(nil, c.br)
	c.framer.SetMaxReadFrameSize(defaultFrame)
	c.framer.SetReuseFrames()
	c.decoder = hpack.NewDecoder(defaultTable, c.field.take)
	c.decoder.SetMaxStringLength(maxFragment)
	c.heard.Store(int64(r.clock.now()))
	return c
}

// greet says hello and waits for the peer's SETTINGS. In TLS 1.3 this is where an alert
// about our certificate arrives.
func (c *conn) greet(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = c.nc.Close() })
	defer stop()
	_, writeErr := c.nc.Write(appendPreface(nil))
	f, err := c.framer.ReadFrame()
	if ctx.Err() != nil {
		return errSilent
	}
	if err != nil {
		if errors.Is(err, net.ErrClosed) && writeErr != nil {
			return writeErr
		}
		return err
	}
	switch f := f.(type) {
	case *http2.SettingsFrame:
		if !f.IsAck() {
			return c.settings(f)
		}
	case *http2.GoAwayFrame: // some refuse before they greet
		c.goAway(f)
		return c.goaway
	}
	return http2.ConnectionError(http2.ErrCodeProtocol)
}

// serve runs the connection until it ends and returns why: nil when we wanted it to.
// Afterwards no push is left on it.
func (c *conn) serve() error {
	ended := make(chan error, 1)
	go func() {
		err := errStopped
		c.run.guarded(func() { err = c.read() })
		c.stop(nil)
		ended <- err
	}()
	writeErr := c.write()
	if writeErr != nil {
		// The peer's last words, a GOAWAY or an alert, say more than a broken pipe.
		linger := time.AfterFunc(c.run.tune.linger, func() { _ = c.nc.Close() })
		defer linger.Stop()
	} else {
		_ = c.nc.Close()
	}
	err := c.verdict(<-ended, writeErr)
	_ = c.nc.Close()
	c.sweep(err)
	return err
}

// verdict tells why the connection ended, from what both goroutines saw.
func (c *conn) verdict(readErr, writeErr error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.goaway != nil:
		return c.goaway
	case c.cause != nil:
		return c.cause
	case c.orderly:
		return nil
	case writeErr != nil && errors.Is(readErr, net.ErrClosed):
		return writeErr
	}
	return readErr
}

// working tells whether the connection has had an answer.
func (c *conn) working() bool { return c.answers.Load() > 0 }

// awake wakes the writer, or keeps it from going to sleep.
func (c *conn) awake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// stop ends the connection at once. err is the reason, if it is ours.
func (c *conn) stop(err error) {
	c.mu.Lock()
	c.halted = true
	if c.cause == nil {
		c.cause = err
	}
	c.mu.Unlock()
	if err != nil {
		_ = c.nc.Close()
	}
	c.awake()
}

// finish ends the connection once nothing is open on it.
func (c *conn) finish() {
	c.mu.Lock()
	c.closing = true
	c.mu.Unlock()
	c.awake()
}

// drain lets no more streams be opened; those above last are not answered any more.
func (c *conn) drain(last uint32) {
	c.mu.Lock()
	c.draining = true
	c.last = min(c.last, last)
	c.mu.Unlock()
	c.awake()
}

// tell queues frames that the writer sends before anything else. The caller holds mu.
func (c *conn) tell(control []byte) error {
	c.control = control
	if len(control) > maxControl {
		return http2.ConnectionError(http2.ErrCodeEnhanceYourCalm)
	}
	return nil
}

// sweep ends the pushes that are left when both goroutines are gone.
func (c *conn) sweep(cause error) {
	c.mu.Lock() // the run may still be draining the connection
	last := c.last
	c.mu.Unlock()
	for i := range c.slots {
		s := &c.slots[i]
		it := s.item.Swap(nil)
		if it == nil {
			continue
		}
		switch {
		case s.answer.status != 0:
			c.outcomes = append(c.outcomes, s.answer.outcome(it, c.run.cfg.Now))
		case c.goaway.barring():
			c.outcomes = append(c.outcomes, outcome{item: it, failure: barred, reason: c.goaway.reason})
		case s.id > last:
			c.outcomes = append(c.outcomes, outcome{item: it, failure: refused, err: cause})
		case s.age(c.run.clock.now()) >= c.run.tune.answer:
			c.outcomes = append(c.outcomes, outcome{item: it, failure: silent, err: errNoAnswer})
		default:
			c.outcomes = append(c.outcomes, outcome{item: it, failure: lost, err: cause})
		}
	}
	c.handOver()
}
