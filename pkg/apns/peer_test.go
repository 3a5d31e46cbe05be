package apns_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// peer is a test server below HTTP: it hands each connection to a function.
type peer struct {
	url   *url.URL
	conns atomic.Int32
}

// listen serves raw connections until the test ends. The function gets the number of the
// connection, from 1 on.
func listen(tb testing.TB, serve func(nc net.Conn, n int)) *peer {
	tb.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &peer{url: &url.URL{Scheme: "https", Host: ln.Addr().String()}}
	var served sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	served.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[nc] = true
			mu.Unlock()
			n := int(p.conns.Add(1))
			served.Go(func() {
				serve(nc, n)
				_ = nc.Close()
				mu.Lock()
				delete(open, nc)
				mu.Unlock()
			})
		}
	})
	tb.Cleanup(func() {
		_ = ln.Close()
		mu.Lock()
		for nc := range open {
			_ = nc.Close()
		}
		mu.Unlock()
		served.Wait()
	})
	return p
}

// link is the server's side of an HTTP/2 connection.
type link struct {
	*http2.Framer
	nc  net.Conn
	n   int // number of the connection
	br  *bufio.Reader
	bw  *bufio.Writer
	dec *hpack.Decoder

	bodies    map[uint32]*request
	pings     int // answers to our pings
	acks      int // of our settings
	goaways   int
	resets    map[uint32]http2.ErrCode
	encoded   bytes.Buffer
	encoder   *hpack.Encoder
	rawBlocks [][]byte
}

// request is what arrived on a stream.
type request struct {
	id     uint32
	fields []hpack.HeaderField
	body   []byte
	frames int // of DATA
}

func (r *request) get(name string) string {
	for _, f := range r.fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

func (r *request) token() string { return strings.TrimPrefix(r.get(":path"), "/3/device/") }

// serveH2 serves HTTP/2 connections with a function that reads requests and answers.
func serveH2(tb testing.TB, serve func(*link)) *peer {
	tb.Helper()
	return listen(tb, func(nc net.Conn, n int) {
		conn := tls.Server(nc, serverTLS())
		if conn.HandshakeContext(tb.Context()) != nil {
			return
		}
		if l := newLink(conn, n); l != nil {
			serve(l)
			_ = l.bw.Flush()
		}
	})
}

func newLink(nc net.Conn, n int) *link {
	l := &link{
		nc: nc, n: n, br: bufio.NewReaderSize(nc, 32<<10), bw: bufio.NewWriterSize(nc, 16<<10),
		bodies: map[uint32]*request{}, resets: map[uint32]http2.ErrCode{},
	}
	preface := make([]byte, len(http2.ClientPreface))
	for i := range preface {
		b, err := l.br.ReadByte()
		if err != nil {
			return nil
		}
		preface[i] = b
	}
	if string(preface) != http2.ClientPreface {
		return nil
	}
	l.Framer = http2.NewFramer(l.bw, l.br)
	l.SetReuseFrames()
	l.AllowIllegalWrites = true
	l.dec = hpack.NewDecoder(4096, nil)
	l.encoder = hpack.NewEncoder(&l.encoded)
	return l
}

// greet sends SETTINGS.
func (l *link) greet(settings ...http2.Setting) {
	_ = l.WriteSettings(settings...)
	_ = l.bw.Flush()
}

// next reads until a request is whole; nil at the end of the connection. What was
// written is flushed before it waits.
func (l *link) next() *request {
	for {
		if r, ok := l.step(); r != nil || !ok {
			return r
		}
	}
}

// heard waits until the client has read all that was written, which is when it has answered a PING
// (RFC 9113, section 6.7), and returns the requests that came meanwhile.
func (l *link) heard() (meanwhile []*request) {
	pings := l.pings
	_ = l.WritePing(false, [8]byte{'h', 'e', 'a', 'r', 'd'})
	for l.pings == pings {
		r, ok := l.step()
		if !ok {
			break
		}
		if r != nil {
			meanwhile = append(meanwhile, r)
		}
	}
	return meanwhile
}

// step reads a frame, and returns the request that it completes; false at the end of the connection.
func (l *link) step() (*request, bool) {
	if l.br.Buffered() < 9 {
		_ = l.bw.Flush()
	}
	f, err := l.ReadFrame()
	if err != nil {
		return nil, false
	}
	switch f := f.(type) {
	case *http2.HeadersFrame:
		r := &request{id: f.StreamID}
		l.rawBlocks = append(l.rawBlocks[:0], bytes.Clone(f.HeaderBlockFragment()))
		l.dec.SetEmitFunc(func(h hpack.HeaderField) { r.fields = append(r.fields, h) })
		if _, err := l.dec.Write(f.HeaderBlockFragment()); err != nil || l.dec.Close() != nil {
			return nil, false
		}
		if f.StreamEnded() {
			return r, true
		}
		l.bodies[f.StreamID] = r
	case *http2.DataFrame:
		r := l.bodies[f.StreamID]
		if r == nil {
			break
		}
		r.body = append(r.body, f.Data()...)
		r.frames++
		_ = l.WriteWindowUpdate(0, max(1, f.Length))
		if f.StreamEnded() {
			delete(l.bodies, f.StreamID)
			return r, true
		}
	default:
		l.other(f)
	}
	return nil, true
}

// other keeps account of frames that are no part of requests.
func (l *link) other(f http2.Frame) {
	switch f := f.(type) {
	case *http2.SettingsFrame:
		if f.IsAck() {
			l.acks++
		} else {
			_ = l.WriteSettingsAck()
		}
	case *http2.PingFrame:
		if f.IsAck() {
			l.pings++
		} else {
			_ = l.WritePing(true, f.Data)
		}
	case *http2.RSTStreamFrame:
		l.resets[f.StreamID] = f.ErrCode
	case *http2.GoAwayFrame:
		l.goaways++
	}
}

// block encodes a header block from pairs.
func (l *link) block(pairs ...string) []byte {
	l.encoded.Reset()
	for i := 0; i < len(pairs); i += 2 {
		_ = l.encoder.WriteField(hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return l.encoded.Bytes()
}

// accept answers 200.
func (l *link) accept(r *request) {
	_ = l.WriteHeaders(http2.HeadersFrameParam{
		StreamID: r.id, EndHeaders: true, EndStream: true,
		BlockFragment: l.block(":status", "200", "apns-id", r.get("apns-id")),
	})
}

// reject answers with a reason.
func (l *link) reject(r *request, status int, body string, extra ...string) {
	pairs := append([]string{":status", strconv.Itoa(status), "apns-id", r.get("apns-id")}, extra...)
	_ = l.WriteHeaders(http2.HeadersFrameParam{StreamID: r.id, EndHeaders: true, BlockFragment: l.block(pairs...)})
	_ = l.WriteData(r.id, true, []byte(body))
}

// clientFor makes a client with short patience.
func clientFor(tb testing.TB, p *peer, change ...func(*apns.Config)) *apns.Client {
	tb.Helper()
	cfg := apns.Config{Endpoint: p.url, TLS: trust(), Now: time.Now, Seed: 1}
	for _, f := range change {
		f(&cfg)
	}
	c, err := apns.New(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}
