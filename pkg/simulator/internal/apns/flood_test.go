package apns

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// greetingFirst is a connection with its own source of what is read.
type greetingFirst struct {
	io.Reader
	*floodingConn
}

func (c greetingFirst) Read(p []byte) (int, error) { return c.Reader.Read(p) }

// floodingConn is a client that sends PING for ever and reads nothing.
type floodingConn struct {
	sent    atomic.Int64
	release chan struct{}
}

func (c *floodingConn) CloseWrite() error { return nil }

func (c *floodingConn) Read(p []byte) (int, error) {
	n := copy(p, strings.Repeat(frameBytes(http2.FramePing, 0, 0, "12345678"), 1000))
	n -= n % 17 // whole frames
	c.sent.Add(int64(n))
	return n, nil
}

func (c *floodingConn) Write([]byte) (int, error) {
	<-c.release
	return 0, net.ErrClosed
}

func TestStopsReadingFromAClientThatDoesNotRead(t *testing.T) {
	start := http2.ClientPreface + frameBytes(http2.FrameSettings, 0, 0, "")
	flood := &floodingConn{release: make(chan struct{})}
	secure := greetingFirst{io.MultiReader(strings.NewReader(start), flood), flood}
	quiet := &scriptedConn{input: strings.NewReader("")}
	c := newConn(New(Config{Now: since}), secure, quiet, client{}, "")
	var serving sync.WaitGroup
	serving.Go(c.run)
	before := int64(-1)
	for before != flood.sent.Load() { // until it stands still
		before = flood.sent.Load()
		time.Sleep(100 * time.Millisecond)
		if before > 4*maxBuffered {
			t.Error("the server reads on and on")
			break
		}
	}
	close(flood.release)
	serving.Wait()
}

// A client that is heard and answered, and asks for nothing, is cut off; one that pushes is not,
// whatever else it sends in between.
func TestCutsOffFloods(t *testing.T) {
	const open = http2.FlagHeadersEndHeaders
	floods := map[string]func(i int) string{
		"PING":          func(int) string { return frameBytes(http2.FramePing, 0, 0, "12345678") },
		"SETTINGS":      func(int) string { return frameBytes(http2.FrameSettings, 0, 0, "") },
		"WINDOW_UPDATE": func(int) string { return frameBytes(http2.FrameWindowUpdate, 0, 0, "\x00\x00\x00\x01") },
		"PRIORITY":      func(int) string { return frameBytes(http2.FramePriority, 0, 1, "\x00\x00\x00\x03\x10") },
		"unknown":       func(int) string { return frameBytes(0xee, 0, 0, "") },
		"rapid resets": func(i int) string {
			id := uint32(2*i + 1)
			return frameBytes(http2.FrameHeaders, open, id, testBlock) + frameBytes(http2.FrameRSTStream, 0, id, "\x00\x00\x00\x08")
		},
		"empty CONTINUATION": func(i int) string {
			if i == 0 {
				return frameBytes(http2.FrameHeaders, 0, 1, testBlock)
			}
			return frameBytes(http2.FrameContinuation, 0, 1, "")
		},
		"empty DATA": func(i int) string {
			if i == 0 {
				return frameBytes(http2.FrameHeaders, open, 1, testBlock)
			}
			return frameBytes(http2.FrameData, 0, 1, "")
		},
	}
	for name, frames := range floods {
		t.Run(name, func(t *testing.T) {
			var input strings.Builder
			input.WriteString(http2.ClientPreface + frameBytes(http2.FrameSettings, 0, 0, ""))
			for i := range maxBarren + 100 {
				input.WriteString(frames(i))
			}
			output := serveScript(input.String())
			if code, ok := lastGoAway(output); !ok || code != http2.ErrCodeEnhanceYourCalm {
				t.Errorf("the connection ended with %v, %v", code, ok)
			}
		})
	}
	t.Logf("%d floods", len(floods))

	var busy strings.Builder
	busy.WriteString(http2.ClientPreface + frameBytes(http2.FrameSettings, 0, 0, ""))
	for i := range 4 {
		busy.WriteString(strings.Repeat(frameBytes(http2.FramePing, 0, 0, "12345678"), maxBarren/2))
		busy.WriteString(frameBytes(http2.FrameHeaders, open|http2.FlagHeadersEndStream, uint32(2*i+1), testBlock))
	}
	if code, ok := lastGoAway(serveScript(busy.String())); ok && code == http2.ErrCodeEnhanceYourCalm {
		t.Error("a client that asks now and then was cut off")
	}
}

// serveScript lets a connection read the whole input, and returns what it wrote.
func serveScript(input string) []byte {
	conn := &scriptedConn{input: strings.NewReader(input)}
	newConn(New(Config{Now: since}), conn, conn, client{certified: true, topics: []string{testTopic}}, "").run()
	return conn.output.Bytes()
}

// lastGoAway is the code of the last GOAWAY among frames.
func lastGoAway(frames []byte) (code http2.ErrCode, ok bool) {
	framer := http2.NewFramer(io.Discard, bytes.NewReader(frames))
	for {
		f, err := framer.ReadFrame()
		if err != nil {
			return code, ok
		}
		if g, is := f.(*http2.GoAwayFrame); is {
			code, ok = g.ErrCode, true
		}
	}
}

func TestClosesConnectionsThatDoNotSayWhatTheySpeak(t *testing.T) {
	t.Parallel()
	_, addr := start(t, func(c *Config) { c.Greeting = 100 * time.Millisecond })
	for name, hello := range map[string]string{
		"nothing":         "",
		"half a preface":  http2.ClientPreface[:10],
		"no SETTINGS":     http2.ClientPreface,
		"half a SETTINGS": http2.ClientPreface + "\x00\x00",
	} {
		p := dialSilent(t, addr, tlsConfig(mdmCert(t)))
		if _, err := io.WriteString(p.conn, hello); err != nil {
			t.Fatal(err)
		}
		p.wantEnd()
		if t.Failed() {
			t.Fatal(name)
		}
	}
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	time.Sleep(300 * time.Millisecond)
	p.must(p.framer.WritePing(false, [8]byte{7}))
	if got := p.next(http2.FramePing, 0).data; got[0] != 7 {
		t.Errorf("a client that said hello got %q", got)
	}
}

func TestTakesNoMoreConnectionsThanItsLimit(t *testing.T) {
	s := New(Config{Now: since})
	for range maxConnections {
		a, b := net.Pipe()
		t.Cleanup(func() { _, _ = a.Close(), b.Close() })
		if !s.enter(a) {
			t.Fatalf("refused at %d", len(s.conns))
		}
	}
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if s.enter(a) {
		t.Errorf("%d connections were taken", len(s.conns))
	}
	t.Logf("%d connections at most", maxConnections)
}
