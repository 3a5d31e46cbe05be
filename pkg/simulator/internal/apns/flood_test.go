package apns

import (
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
