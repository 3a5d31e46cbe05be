package apns

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// BenchmarkPushes pushes over TLS on loopback, 500 streams at a time on one connection.
// The client is part of the measured process, and is kept as small as it can be.
func BenchmarkPushes(b *testing.B) {
	for _, test := range []struct {
		name   string
		faults Faults
	}{
		{"accepted", Faults{}},
		{"with latency", Faults{LatencyMS: 5}},
	} {
		b.Run(test.name, func(b *testing.B) {
			s, addr := start(b, func(c *Config) { c.AcceptAnyToken = true })
			if err := s.SetFaults(test.faults); err != nil {
				b.Fatal(err)
			}
			p := dial(b, addr, tlsConfig(mdmCert(b)))
			p.framer.SetReuseFrames()
			b.ReportAllocs()
			stream := uint32(1)
			const batch = 500
			for sent := 0; b.Loop(); sent++ {
				if sent%batch == 0 {
					stream = pushBatch(b, p, stream, batch)
				}
			}
		})
	}
}

// pushBatch sends a batch in one write and waits for the end of all its streams.
func pushBatch(b *testing.B, p *peer, stream uint32, count int) uint32 {
	b.Helper()
	var out bytes.Buffer
	framer := http2.NewFramer(&out, nil)
	for range count {
		_ = framer.WriteHeaders(http2.HeadersFrameParam{
			StreamID: stream, BlockFragment: p.headers(fmt.Sprintf("%064x", stream)), EndHeaders: true,
		})
		_ = framer.WriteData(stream, true, []byte(testBody))
		stream += 2
	}
	if _, err := p.conn.Write(out.Bytes()); err != nil {
		b.Fatal(err)
	}
	for ended := 0; ended < count; {
		header, err := http2.ReadFrameHeader(p.conn)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, p.conn, int64(header.Length)); err != nil {
			b.Fatal(err)
		}
		if header.StreamID != 0 && header.Flags.Has(http2.FlagHeadersEndStream) {
			ended++
		}
	}
	return stream
}

// BenchmarkServerAlone measures the server's own work, without TLS and network.
func BenchmarkServerAlone(b *testing.B) {
	const pushes = 10_000
	var input bytes.Buffer
	input.WriteString(http2.ClientPreface)
	framer := http2.NewFramer(&input, nil)
	_ = framer.WriteSettings()
	p := &peer{tb: b}
	p.encoder = hpack.NewEncoder(&p.block)
	for i := range uint32(pushes) {
		_ = framer.WriteHeaders(http2.HeadersFrameParam{
			StreamID: 2*i + 1, BlockFragment: p.headers(fmt.Sprintf("%064x", i)), EndHeaders: true,
		})
		_ = framer.WriteData(2*i+1, true, []byte(testBody))
	}
	s, _ := start(b, func(c *Config) { c.AcceptAnyToken = true; c.Certificate = tls.Certificate{} })
	b.ReportAllocs()
	for b.Loop() {
		conn := &scriptedConn{input: bytes.NewReader(input.Bytes())}
		newConn(s, conn, conn, client{certified: true, topics: []string{testTopic}}, "").run()
	}
	if accepted, _ := s.counts(); accepted != uint64(b.N)*pushes {
		b.Fatalf("%d pushes accepted of %d", accepted, b.N*pushes)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*pushes), "ns/push")
}
