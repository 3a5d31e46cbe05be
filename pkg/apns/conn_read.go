package apns

import (
	"bufio"
	"encoding/binary"
	"errors"
	"strconv"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

const (
	maxFragment  = 64 << 10 // bytes of a header block in all its CONTINUATIONs
	handOverSize = 256      // answers handed to the run at once
)

// reader is what only the reading goroutine of a connection touches.
type reader struct {
	br       *bufio.Reader
	framer   *http2.Framer
	decoder  *hpack.Decoder
	field    fields
	fragment fragment
	tabled   bool      // the peer's header table may have a :status in it
	outcomes []outcome // answers not yet handed to the run
	released int       // streams that ended since the last credit
	received uint32    // bytes of DATA since the last WINDOW_UPDATE
}

// fields are the header fields of an answer that matter.
type fields struct {
	status     int
	retryAfter string
	seen       int  // fields
	malformed  bool // :status stands twice, or not first; or another name of its kind is there (RFC 9113 section 8.3)
}

// take is the decoder's emit function.
func (f *fields) take(h hpack.HeaderField) {
	switch {
	case h.Name == ":status":
		f.malformed = f.malformed || f.seen > 0
		f.status = statusOf(h.Value)
	case h.IsPseudo():
		f.malformed = true
	case h.Name == "retry-after":
		f.retryAfter = h.Value
	}
	f.seen++
}

// statusOf is a status of three digits; 0 for anything else.
func statusOf(v string) int {
	n, err := strconv.ParseUint(v, 10, 16)
	if err != nil || len(v) != 3 {
		return 0
	}
	return int(n)
}

// fragment is a header block that goes on in CONTINUATION frames.
type fragment struct {
	id    uint32 // 0: none
	end   bool   // the stream ends with it
	block []byte
}

// read handles the peer's frames until the connection ends, and returns why.
func (c *conn) read() error {
	for {
		err := c.readOne()
		if err == nil {
			continue
		}
		stream, ok := errors.AsType[http2.StreamError](err)
		if !ok {
			return err
		}
		if err := c.abort(stream.StreamID, stream.Code); err != nil {
			return err
		}
	}
}

// readOne handles one frame. Nearly all frames are a HEADERS frame that is an answer of
// its own; these take a short cut past the Framer, which would allocate for each.
func (c *conn) readOne() error {
	head, err := c.await(frameHeader)
	if err != nil {
		return err
	}
	length := int(head[0])<<16 | int(head[1])<<8 | int(head[2])
	kind, flags := http2.FrameType(head[3]), http2.Flags(head[4])
	if length > defaultFrame {
		return http2.ErrFrameTooLarge
	}
	whole, err := c.await(frameHeader + length)
	if err != nil {
		return err
	}
	const plain = http2.FlagHeadersEndHeaders | http2.FlagHeadersEndStream
	if kind == http2.FrameHeaders && flags == plain && c.fragment.id == 0 {
		id := binary.BigEndian.Uint32(whole[5:]) & maxStreamID
		err = c.headers(id, whole[frameHeader:], true)
		_, _ = c.br.Discard(len(whole)) // they are buffered
		return err
	}
	f, err := c.framer.ReadFrame()
	if err != nil {
		return err
	}
	return c.frame(f)
}

// await makes n bytes available. Before it waits for the peer, it hands over the
// answers that have come so far.
func (c *conn) await(n int) ([]byte, error) {
	if c.br.Buffered() >= n && len(c.outcomes) < handOverSize {
		return c.br.Peek(n)
	}
	c.handOver()
	c.reading.Store(true)
	p, err := c.br.Peek(n)
	c.reading.Store(false)
	c.heard.Store(int64(c.run.clock.now()))
	return p, err
}

// frame handles any frame.
func (c *conn) frame(f http2.Frame) error {
	switch f := f.(type) {
	case *http2.HeadersFrame:
		if f.HeadersEnded() {
			return c.headers(f.StreamID, f.HeaderBlockFragment(), f.StreamEnded())
		}
		c.fragment = fragment{f.StreamID, f.StreamEnded(), append(c.fragment.block[:0], f.HeaderBlockFragment()...)}
	case *http2.ContinuationFrame:
		return c.continuation(f)
	case *http2.DataFrame:
		return c.data(f)
	case *http2.RSTStreamFrame:
		c.endStream(f.StreamID, f.ErrCode)
	case *http2.SettingsFrame:
		return c.settings(f)
	case *http2.PingFrame:
		return c.ping(f)
	case *http2.GoAwayFrame:
		c.goAway(f)
	case *http2.WindowUpdateFrame:
		return c.windowUpdate(f)
	case *http2.PushPromiseFrame: // we forbade it
		return http2.ConnectionError(http2.ErrCodeProtocol)
	}
	return nil
}

// continuation goes on with a header block; the Framer has checked the order.
func (c *conn) continuation(f *http2.ContinuationFrame) error {
	c.fragment.block = append(c.fragment.block, f.HeaderBlockFragment()...)
	if len(c.fragment.block) > maxFragment {
		return http2.ConnectionError(http2.ErrCodeEnhanceYourCalm)
	}
	if !f.HeadersEnded() {
		return nil
	}
	whole := c.fragment
	c.fragment.id = 0
	return c.headers(whole.id, whole.block, whole.end)
}

// headers handles a whole header block: interim answer, answer, or trailers.
func (c *conn) headers(id uint32, block []byte, end bool) error {
	if err := c.decode(block); err != nil {
		return err
	}
	s := c.slots.find(id)
	if s == nil {
		return nil
	}
	switch status := c.field.status; {
	case s.answer.status != 0: // trailers
	case c.field.malformed:
		return c.abort(id, http2.ErrCodeProtocol)
	case status >= 200 && status <= 999:
		s.answer.status, s.answer.retryAfter = status, c.field.retryAfter
	case status < 100 || status > 999 || end:
		return c.abort(id, http2.ErrCodeProtocol)
	}
	if end {
		c.complete(s)
	}
	return nil
}

// decode reads the fields of a header block. The short cut is for blocks in which the first field
// alone can be the status: once the peer may have put one into its table, any field may be another.
func (c *conn) decode(block []byte) error {
	if !c.tabled && isPlainSuccess(block) {
		c.field = fields{status: 200}
		return nil
	}
	c.field = fields{}
	if _, err := c.decoder.Write(block); err != nil {
		return http2.ConnectionError(http2.ErrCodeCompression)
	}
	if err := c.decoder.Close(); err != nil {
		return http2.ConnectionError(http2.ErrCodeCompression)
	}
	static := len(block) > 0 && block[0] >= firstStatus && block[0] <= lastStatus && !c.field.malformed
	c.tabled = c.tabled || c.field.status != 0 && !static
	return nil
}

// data handles a part of an answer's body.
func (c *conn) data(f *http2.DataFrame) error {
	if c.received += f.Length; c.received >= creditStep {
		c.mu.Lock()
		err := c.tell(appendCredit(c.control, 0, c.received))
		c.mu.Unlock()
		c.received = 0
		c.awake()
		if err != nil {
			return err
		}
	}
	s := c.slots.find(f.StreamID)
	switch {
	case s == nil:
	case s.answer.status == 0:
		return c.abort(f.StreamID, http2.ErrCodeProtocol)
	default:
		s.answer.add(f.Data())
		if f.StreamEnded() {
			c.complete(s)
		}
	}
	return nil
}
