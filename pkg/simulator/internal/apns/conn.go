package apns

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

const (
	readBufferSize  = 32 << 10
	maxFrameSize    = 16 << 10 // the smallest that RFC 9113 allows to announce
	maxHeaderBlock  = 64 << 10
	maxHeaderString = 16 << 10
	headerTableSize = 4096
	idleTimeout     = time.Hour
	greetingTimeout = 10 * time.Second // for preface and SETTINGS
	maxBarren       = 10_000           // frames that ask for nothing, between two answers
)

// conn is one HTTP/2 connection. One goroutine reads, checks and encodes; another
// writes what is encoded, as much as has gathered at a time. Frames are encoded under
// mu, so that delayed answers can be added by a timer.
type conn struct {
	server  *Server
	secure  secureConn // over raw
	raw     net.Conn
	client  client
	refusal Reason // known since the handshake

	framer  *http2.Framer // reads from secure, writes to the output's buffer
	decoder *hpack.Decoder
	idle    *time.Timer
	greeted bool // the client's first SETTINGS frame has come

	barren int // frames since the last answer that ask for none: with too many it is a flood

	block headerBlock // being read

	mu sync.Mutex
	output
	streams
}

// secureConn is what is used of a TLS connection.
type secureConn interface {
	io.ReadWriter
	CloseWrite() error
}

func newConn(s *Server, secure secureConn, raw net.Conn, client client, refusal Reason) *conn {
	c := &conn{server: s, secure: secure, raw: raw, client: client, refusal: refusal}
	c.framer = http2.NewFramer(&c.buffer, bufio.NewReaderSize(input{c}, readBufferSize))
	c.framer.SetReuseFrames()
	c.framer.SetMaxReadFrameSize(maxFrameSize)
	c.block.headers = new(headers)
	c.decoder = hpack.NewDecoder(headerTableSize, func(f hpack.HeaderField) { c.block.headers.add(f) })
	c.decoder.SetMaxStringLength(maxHeaderString)
	c.initOutput()
	c.initStreams()
	c.sendGreeting()
	return c
}

// run serves the connection to its end.
func (c *conn) run() {
	c.idle = time.AfterFunc(idleTimeout, func() { c.shutdown(reasonIdleTimeout) })
	defer c.idle.Stop()
	greeting := time.AfterFunc(cmp.Or(c.server.cfg.Greeting, greetingTimeout), c.cutOffUngreeted)
	defer greeting.Stop()
	var writer sync.WaitGroup
	writer.Go(c.writeLoop)

	c.readLoop()

	c.mu.Lock()
	c.finish()
	c.mu.Unlock()
	writer.Wait()
	lingerAndClose(c.raw)
}

// cutOffUngreeted ends a connection on which the client has not said what it speaks.
func (c *conn) cutOffUngreeted() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.greeted {
		_ = c.raw.Close()
	}
}

// input is the connection as the framer reads it. Just before it would have to
// wait for the client, everything decided so far is let go.
type input struct{ c *conn }

func (in input) Read(p []byte) (int, error) {
	in.c.idle.Reset(idleTimeout)
	in.c.flush()
	return in.c.secure.Read(p)
}

func (c *conn) readLoop() {
	if !c.readPreface() {
		return
	}
	for {
		var frame http2.Frame
		header, err := c.framer.ReadFrameHeader()
		if err == nil {
			frame, err = c.framer.ReadFrameForHeader(header)
		}
		if !c.step(header, frame, err) {
			return
		}
	}
}

// readPreface reads the connection preface (RFC 9113 section 3.4). It goes straight to
// the connection, of which the framer has read nothing yet.
func (c *conn) readPreface() bool {
	c.flush()
	preface := make([]byte, len(http2.ClientPreface))
	if _, err := io.ReadFull(c.secure, preface); err != nil {
		return false
	}
	if string(preface) != http2.ClientPreface {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.fail(http2.ErrCodeProtocol)
		return false
	}
	return true
}

// step handles a frame, or the failure to read one, and tells whether to read on.
func (c *conn) step(header http2.FrameHeader, frame http2.Frame, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.finished {
		return false
	}
	if err == nil {
		err = c.handle(frame)
	}
	if stream, ok := errors.AsType[http2.StreamError](err); ok && header.Type != http2.FrameHeaders {
		return c.resetStream(stream.StreamID, stream.Code)
	}
	if err != nil {
		c.failFor(err)
	}
	return !c.finished
}

// failFor ends the connection for an error that is not one stream's alone. A header
// block that was not decoded is among those, since later blocks depend on it.
func (c *conn) failFor(err error) {
	if code, ok := errors.AsType[http2.ConnectionError](err); ok {
		c.fail(http2.ErrCode(code))
		return
	}
	_, inStream := errors.AsType[http2.StreamError](err)
	switch {
	case errors.Is(err, http2.ErrFrameTooLarge):
		c.fail(http2.ErrCodeFrameSize)
	case inStream, errors.Is(err, io.ErrUnexpectedEOF): // the latter: a frame shorter than its own fields
		c.fail(http2.ErrCodeProtocol)
	default:
		c.finish() // the client is gone
	}
}

// handle takes one frame. Errors of type http2.StreamError and http2.ConnectionError
// say what the client did wrong.
func (c *conn) handle(frame http2.Frame) error {
	if err := c.greet(frame); err != nil {
		return err
	}
	switch f := frame.(type) {
	case *http2.DataFrame:
		return c.onData(f)
	case *http2.HeadersFrame:
		return c.onHeaders(f)
	case *http2.ContinuationFrame:
		return c.onFragment(f.HeaderBlockFragment(), f.HeadersEnded())
	case *http2.SettingsFrame:
		return c.onSettings(f)
	case *http2.WindowUpdateFrame:
		return c.onWindowUpdate(f)
	case *http2.RSTStreamFrame:
		return c.onReset(f)
	case *http2.PingFrame:
		if !f.IsAck() {
			_ = c.framer.WritePing(true, f.Data)
		}
	case *http2.PushPromiseFrame:
		return http2.ConnectionError(http2.ErrCodeProtocol)
	}
	return nil // PRIORITY is ignored by APNs, unknown types by HTTP/2, GOAWAY changes nothing
}

// isBarren tells a frame that brings no push further.
func isBarren(frame http2.Frame) bool {
	switch f := frame.(type) {
	case *http2.HeadersFrame:
		return false
	case *http2.DataFrame:
		return len(f.Data()) == 0 && !f.StreamEnded()
	case *http2.ContinuationFrame:
		return len(f.HeaderBlockFragment()) == 0 && !f.HeadersEnded()
	}
	return true
}

// greet insists on SETTINGS as the first frame (RFC 9113 section 3.4), and later on frames that
// bring a push further now and then.
func (c *conn) greet(frame http2.Frame) error {
	if c.greeted {
		if isBarren(frame) {
			c.barren++
		}
		if c.barren > maxBarren {
			return http2.ConnectionError(http2.ErrCodeEnhanceYourCalm)
		}
		return nil
	}
	settings, ok := frame.(*http2.SettingsFrame)
	if !ok || settings.IsAck() {
		return http2.ConnectionError(http2.ErrCodeProtocol)
	}
	c.greeted = true
	return nil
}

func (c *conn) onSettings(f *http2.SettingsFrame) error {
	if f.IsAck() {
		c.limit.acknowledge()
		return nil
	}
	if err := f.ForeachSetting(c.applySetting); err != nil {
		return err
	}
	_ = c.framer.WriteSettingsAck()
	c.sendBlocked()
	return nil
}

func (c *conn) applySetting(setting http2.Setting) error {
	if err := setting.Valid(); err != nil {
		return err
	}
	switch setting.ID {
	case http2.SettingHeaderTableSize:
		c.encoder.SetMaxDynamicTableSizeLimit(setting.Val)
	case http2.SettingInitialWindowSize:
		return c.changeInitialWindow(int64(setting.Val))
	}
	return nil // the other limits are never reached by what is sent here
}

// shutdown tells the client to go away and lets running pushes be answered.
func (c *conn) shutdown(reason Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.goAway(c.lastProcessed, string(reason))
	c.ready.Signal()
}
