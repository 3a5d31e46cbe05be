package apns

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

const (
	testTopic = "com.apple.mgmt.External.11111111-2222-3333-4444-555555555555"
	testToken = "aa00000000000000000000000000000000000000000000000000000000000001"
	testID    = "0f0e0d0c-0b0a-4908-8706-050403020100"
	testBody  = `{"mdm":"magic"}`
	patience  = 10 * time.Second
)

// start serves a simulated APNs on loopback for the length of a test.
func start(tb testing.TB, change func(*Config)) (*Server, string) {
	tb.Helper()
	cfg := Config{Certificate: makeCert(tb, "127.0.0.1"), Now: time.Now, Seed: 1}
	if change != nil {
		change(&cfg)
	}
	s := New(cfg)
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	tb.Cleanup(func() {
		s.Close()
		if err := <-ended; err != nil {
			tb.Errorf("serve: %v", err)
		}
	})
	return s, l.Addr().String()
}

// makeCert makes a self-signed certificate with a UID and NULL push markers.
func makeCert(tb testing.TB, uid string, markers ...int) tls.Certificate {
	tb.Helper()
	extensions := make([]pkix.Extension, 0, len(markers))
	for _, marker := range markers {
		extensions = append(extensions, markerExtension(marker, []byte{5, 0}))
	}
	return makeCertWith(tb, uid, extensions...)
}

func markerExtension(number int, value []byte) pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 840, 113635, 100, 6, 3, number}, Value: value}
}

func makeCertWith(tb testing.TB, uid string, extensions ...pkix.Extension) tls.Certificate {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject: pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{
			{Type: asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}, Value: uid},
		}},
		NotBefore:       time.Unix(0, 0),
		NotAfter:        time.Unix(1<<33, 0),
		IPAddresses:     []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtraExtensions: extensions,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func mdmCert(tb testing.TB) tls.Certificate {
	tb.Helper()
	return makeCert(tb, testTopic, pushMarkerProduction)
}

func tlsConfig(certs ...tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates: certs, NextProtos: []string{"h2"},
		InsecureSkipVerify: true,
	}
}

// peer is an HTTP/2 client of which every frame is under the test's control.
type peer struct {
	tb      testing.TB
	conn    *tls.Conn
	framer  *http2.Framer
	block   bytes.Buffer
	encoder *hpack.Encoder
	waiting []peerFrame
}

// peerFrame is a received frame, copied out of the framer.
type peerFrame struct {
	kind   http2.FrameType
	flags  http2.Flags
	stream uint32
	header map[string]string // HEADERS
	data   string            // DATA, debug data of GOAWAY, PING
	code   http2.ErrCode     // RST_STREAM, GOAWAY
	value  uint32            // LastStreamID of GOAWAY, increment of WINDOW_UPDATE, stream limit of SETTINGS
}

// dial connects, says hello with the given settings, and acknowledges nothing.
func dial(tb testing.TB, addr string, config *tls.Config, settings ...http2.Setting) *peer {
	tb.Helper()
	p := dialSilent(tb, addr, config)
	if _, err := p.conn.Write([]byte(http2.ClientPreface)); err != nil {
		tb.Fatal(err)
	}
	p.must(p.framer.WriteSettings(settings...))
	return p
}

// dialSilent connects and says nothing above TLS.
func dialSilent(tb testing.TB, addr string, config *tls.Config) *peer {
	tb.Helper()
	dialer := &net.Dialer{Timeout: patience}
	raw, err := dialer.DialContext(tb.Context(), "tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	conn := tls.Client(raw, config)
	tb.Cleanup(func() { _ = raw.Close() })
	_ = raw.SetDeadline(time.Now().Add(patience))
	p := &peer{tb: tb, conn: conn, framer: http2.NewFramer(conn, conn)}
	p.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	p.framer.AllowIllegalWrites = true
	p.encoder = hpack.NewEncoder(&p.block)
	return p
}

// headers encodes a push's header section, with changes of the form "name", "value";
// a value "-" drops the field.
func (p *peer) headers(token string, changes ...string) []byte {
	p.block.Reset()
	fields := [][2]string{
		{":method", "POST"},
		{":scheme", "https"},
		{":path", "/3/device/" + token},
		{":authority", "localhost"},
		{"apns-topic", testTopic},
		{"apns-id", testID},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		fields = append(fields, [2]string{changes[i], changes[i+1]})
		for j, field := range fields[:len(fields)-1] {
			if field[0] == changes[i] {
				fields[j][1] = changes[i+1]
				fields = fields[:len(fields)-1]
				break
			}
		}
	}
	for _, field := range fields {
		if field[1] != "-" {
			_ = p.encoder.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]})
		}
	}
	return p.block.Bytes()
}

func (p *peer) open(stream uint32, end bool, token string, changes ...string) {
	p.tb.Helper()
	p.must(p.framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID: stream, BlockFragment: p.headers(token, changes...), EndHeaders: true, EndStream: end,
	}))
}

func (p *peer) push(stream uint32, token, body string, changes ...string) {
	p.tb.Helper()
	p.open(stream, false, token, changes...)
	p.must(p.framer.WriteData(stream, true, []byte(body)))
}

func (p *peer) must(err error) {
	p.tb.Helper()
	if err != nil {
		p.tb.Fatal(err)
	}
}

func (p *peer) read() (peerFrame, error) {
	frame, err := p.framer.ReadFrame()
	if err != nil {
		return peerFrame{}, err
	}
	got := peerFrame{kind: frame.Header().Type, flags: frame.Header().Flags, stream: frame.Header().StreamID}
	switch f := frame.(type) {
	case *http2.MetaHeadersFrame:
		got.header = map[string]string{}
		for _, field := range f.Fields {
			got.header[field.Name] = field.Value
		}
	case *http2.DataFrame:
		got.data = string(f.Data())
	case *http2.PingFrame:
		got.data = string(f.Data[:])
	case *http2.RSTStreamFrame:
		got.code = f.ErrCode
	case *http2.GoAwayFrame:
		got.code, got.value, got.data = f.ErrCode, f.LastStreamID, string(f.DebugData())
	case *http2.WindowUpdateFrame:
		got.value = f.Increment
	case *http2.SettingsFrame:
		got.value, _ = f.Value(http2.SettingMaxConcurrentStreams)
	}
	return got, nil
}

// next returns the next frame of a kind for a stream (any stream: 0), keeping the
// others for later calls.
func (p *peer) next(kind http2.FrameType, stream uint32) peerFrame {
	p.tb.Helper()
	match := func(f peerFrame) bool { return f.kind == kind && (stream == 0 || f.stream == stream) }
	for i, f := range p.waiting {
		if match(f) {
			p.waiting = append(p.waiting[:i:i], p.waiting[i+1:]...)
			return f
		}
	}
	for {
		f, err := p.read()
		if err != nil {
			p.tb.Fatalf("waiting for %v on stream %d: %v", kind, stream, err)
		}
		if match(f) {
			return f
		}
		p.waiting = append(p.waiting, f)
	}
}

// settings returns the stream limit of the next SETTINGS frame that is no ACK.
func (p *peer) settings() uint32 {
	p.tb.Helper()
	for {
		if f := p.next(http2.FrameSettings, 0); !f.flags.Has(http2.FlagSettingsAck) {
			return f.value
		}
	}
}

func (p *peer) status(stream uint32) string {
	p.tb.Helper()
	return p.next(http2.FrameHeaders, stream).header[":status"]
}

// wantEnd expects the connection to be closed by the server, and soon: not only when
// its patience with streams that do not end is over.
func (p *peer) wantEnd() {
	p.tb.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(drainTimeout / 2))
	for {
		if _, err := p.read(); err != nil {
			if strings.Contains(err.Error(), "timeout") {
				p.tb.Error("the server left the connection open")
			}
			return
		}
	}
}
