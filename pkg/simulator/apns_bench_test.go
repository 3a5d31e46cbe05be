package simulator

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// BenchmarkAPNs pushes over TLS on loopback, 500 streams at a time on one connection.
// The client is part of the measured process, and is kept as small as it can be.
func BenchmarkAPNs(b *testing.B) {
	for _, test := range []struct {
		name   string
		faults faults
	}{
		{"accepted", faults{}},
		{"with latency", faults{LatencyMS: 5}},
	} {
		b.Run(test.name, func(b *testing.B) {
			s, addr := apnsStart(b, func(c *apnsConfig) { c.AcceptAnyToken = true })
			if err := s.setFaults(test.faults); err != nil {
				b.Fatal(err)
			}
			p := apnsDial(b, addr, apnsTLSConfig(apnsMDMCert(b)))
			p.framer.SetReuseFrames()
			b.ReportAllocs()
			stream := uint32(1)
			const batch = 500
			for sent := 0; b.Loop(); sent++ {
				if sent%batch == 0 {
					stream = apnsPushBatch(b, p, stream, batch)
				}
			}
		})
	}
}

// apnsPushBatch sends a batch in one write and waits for the end of all its streams.
func apnsPushBatch(b *testing.B, p *apnsPeer, stream uint32, count int) uint32 {
	b.Helper()
	var out bytes.Buffer
	framer := http2.NewFramer(&out, nil)
	for range count {
		_ = framer.WriteHeaders(http2.HeadersFrameParam{
			StreamID: stream, BlockFragment: p.headers(fmt.Sprintf("%064x", stream)), EndHeaders: true,
		})
		_ = framer.WriteData(stream, true, []byte(apnsTestBody))
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

// BenchmarkAPNsServerAlone measures the server's own work, without TLS and network.
func BenchmarkAPNsServerAlone(b *testing.B) {
	const pushes = 10_000
	var input bytes.Buffer
	input.WriteString(http2.ClientPreface)
	framer := http2.NewFramer(&input, nil)
	_ = framer.WriteSettings()
	p := &apnsPeer{tb: b}
	p.encoder = hpack.NewEncoder(&p.block)
	for i := range uint32(pushes) {
		_ = framer.WriteHeaders(http2.HeadersFrameParam{
			StreamID: 2*i + 1, BlockFragment: p.headers(fmt.Sprintf("%064x", i)), EndHeaders: true,
		})
		_ = framer.WriteData(2*i+1, true, []byte(apnsTestBody))
	}
	s, _ := apnsStart(b, func(c *apnsConfig) { c.AcceptAnyToken = true; c.Certificate = tls.Certificate{} })
	b.ReportAllocs()
	for b.Loop() {
		conn := &scriptedConn{input: bytes.NewReader(input.Bytes())}
		newAPNsConn(s, conn, conn, apnsClient{certified: true, topics: []string{apnsTestTopic}}, "").run()
	}
	if accepted, _ := s.counts(); accepted != uint64(b.N)*pushes {
		b.Fatalf("%d pushes accepted of %d", accepted, b.N*pushes)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*pushes), "ns/push")
}
