package apns

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// scriptedConn is a client that has said all it will ever say and reads everything.
type scriptedConn struct {
	net.Conn // nil: nothing else is used
	input    io.Reader
	output   bytes.Buffer
}

func (c *scriptedConn) Read(p []byte) (int, error)  { return c.input.Read(p) }
func (c *scriptedConn) Write(p []byte) (int, error) { return c.output.Write(p) }
func (c *scriptedConn) Close() error                { return nil }
func (c *scriptedConn) CloseWrite() error           { return nil }
func (c *scriptedConn) RemoteAddr() net.Addr        { return &net.TCPAddr{} }

// FuzzConn feeds a connection with arbitrary frames: it must end, keep its books,
// and write nothing but whole frames.
func FuzzConn(f *testing.F) {
	push := frameBytes(http2.FrameHeaders, http2.FlagHeadersEndHeaders, 1,
		"\x83\x87\x04\x4c/3/device/"+testToken+"\x40\x0aapns-topic\x3c"+testTopic) +
		frameBytes(http2.FrameData, http2.FlagDataEndStream, 1, testBody)
	seeds := []string{"", push, frameBytes(http2.FrameSettings, 0, 0, "\x00\x04\x00\x00\x00\x00") + push}
	for _, test := range malformedFrames() {
		if len(test.bytes) < 1000 {
			seeds = append(seeds, test.bytes, push+test.bytes)
		}
	}
	if len(seeds) < 20 {
		f.Fatal("the seeds are gone")
	}
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, frames []byte) {
		s := New(Config{Now: since, AcceptAnyToken: true})
		start := http2.ClientPreface + frameBytes(http2.FrameSettings, 0, 0, "")
		conn := &scriptedConn{input: io.MultiReader(bytes.NewReader([]byte(start)), bytes.NewReader(frames))}
		c := newConn(s, conn, conn, client{certified: true, topics: []string{testTopic}}, "")
		done := make(chan struct{})
		go func() { defer close(done); c.run() }()
		select {
		case <-done:
		case <-time.After(patience):
			t.Fatal("the connection does not end")
		}
		if c.blocked < 0 || c.blocked > len(c.open) || len(c.open) > max(assumedStreams, defaultMaxStreams) {
			t.Errorf("%d streams open, %d blocked", len(c.open), c.blocked)
		}
		checkFrames(t, conn.output.Bytes())
	})
}

func checkFrames(t *testing.T, data []byte) {
	t.Helper()
	for len(data) > 0 {
		if len(data) < 9 {
			t.Fatal("half a frame header was written")
		}
		size := int(binary.BigEndian.Uint32(data) >> 8)
		if size > maxFrameSize || len(data) < 9+size {
			t.Fatalf("a frame of %d bytes was written, %d follow", size, len(data)-9)
		}
		data = data[9+size:]
	}
}
