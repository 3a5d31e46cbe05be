package apns

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

func TestRefusesACertificateInAGoAway(t *testing.T) {
	for _, test := range []struct {
		name    string
		markers []int
		verdict ca.Verdict
		faults  Faults
		debug   string
	}{
		{"of an unknown issuer", []int{pushMarkerProduction}, ca.Unknown, Faults{}, `{"reason":"BadCertificate"}`},
		{"without a push marker", nil, ca.Good, Faults{}, `{"reason":"BadCertificate"}`},
		{"for the sandbox", []int{pushMarkerDevelopment}, ca.Good, Faults{}, `{"reason":"BadCertificateEnvironment"}`},
		{
			"because a test wants it",
			[]int{pushMarkerProduction},
			ca.Good,
			Faults{GoAwayReason: "BadCertificateEnvironment"},
			`{"reason":"BadCertificateEnvironment"}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, addr := start(t, func(c *Config) {
				c.Verdict = func(*x509.Certificate) ca.Verdict { return test.verdict }
			})
			register(t, s)
			if err := s.SetFaults(test.faults); err != nil {
				t.Fatal(err)
			}
			p := dial(t, addr, tlsConfig(makeCert(t, testTopic, test.markers...)))
			p.push(1, testToken, testBody)
			got := p.next(http2.FrameGoAway, 0)
			if got.value != 0 || got.code != http2.ErrCodeNo || got.data != test.debug {
				t.Errorf("got GOAWAY(%d, %v, %s), want %s", got.value, got.code, got.data, test.debug)
			}
			p.wantEnd()
			if got := s.Pushes(); len(got) > 0 {
				t.Errorf("accepted %+v", got)
			}
		})
	}
}

func TestRefusesACertificateWithATLSAlert(t *testing.T) {
	for _, test := range []struct {
		verdict ca.Verdict
		want    string
	}{
		{ca.Expired, "expired certificate"},
		{ca.Revoked, "revoked certificate"},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(test.want+" "+tls.VersionName(version), func(t *testing.T) {
				_, addr := start(t, func(c *Config) {
					c.Verdict = func(*x509.Certificate) ca.Verdict { return test.verdict }
				})
				config := tlsConfig(mdmCert(t))
				config.MaxVersion = version
				p := dialSilent(t, addr, config)
				// With TLS 1.3 the alert comes after the client's side of the handshake.
				_, err := p.conn.Read(make([]byte, 1))
				if err == nil {
					t.Fatal("the certificate was accepted")
				}
				if want := "remote error: tls: " + test.want; !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %s", err, want)
				}
			})
		}
	}
}

func TestAlertRecordIsMadeForAESGCMOnly(t *testing.T) {
	keyLog := func(size int) []byte {
		return []byte("CLIENT_TRAFFIC_SECRET_0 00 00\nSERVER_TRAFFIC_SECRET_0 00 " + strings.Repeat("ab", size) + "\n")
	}
	for _, test := range []struct {
		name   string
		suite  uint16
		keyLog []byte
		size   int // of the record; 0: none can be made
	}{
		{"AES-128", tls.TLS_AES_128_GCM_SHA256, keyLog(32), 24},
		{"AES-256", tls.TLS_AES_256_GCM_SHA384, keyLog(48), 24},
		{"ChaCha20", tls.TLS_CHACHA20_POLY1305_SHA256, keyLog(32), 0},
		{"no secret", tls.TLS_AES_128_GCM_SHA256, nil, 0},
		{"a secret that is no hex", tls.TLS_AES_128_GCM_SHA256, []byte("SERVER_TRAFFIC_SECRET_0 00 xx\n"), 0},
	} {
		state := tls.ConnectionState{Version: tls.VersionTLS13, CipherSuite: test.suite}
		record, ok := alertRecord(state, test.keyLog, alertCertificateRevoked)
		if len(record) != test.size || ok != (test.size > 0) {
			t.Errorf("%s: got %d bytes, %v", test.name, len(record), ok)
		}
	}
}

// Apple takes HTTP/2 from clients that do not negotiate it (apns-reference.md 8).
func TestTakesH2WithoutALPN(t *testing.T) {
	for name, offered := range map[string][]string{"none": nil, "h2": {"h2"}, "another": {"http/1.1"}} {
		s, addr := start(t, nil)
		register(t, s)
		config := tlsConfig(mdmCert(t))
		config.NextProtos = offered
		p := dial(t, addr, config)
		p.push(1, testToken, testBody)
		if got := p.status(1); got != "200" {
			t.Errorf("%s offered: status %s", name, got)
		}
	}
}

func TestTakesNothingButH2(t *testing.T) {
	_, addr := start(t, nil)
	config := tlsConfig(mdmCert(t))
	config.NextProtos = nil
	p := dialSilent(t, addr, config)
	if _, err := p.conn.Write([]byte("POST /3/device/x HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if got := p.next(http2.FrameGoAway, 0); got.code != http2.ErrCodeProtocol {
		t.Errorf("got %+v", got)
	}
	p.wantEnd()
}

func TestGoesAwayAfterSomeStreams(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	if err := s.SetFaults(Faults{GoAwayAfter: 2, GoAwayReason: "Shutdown", LatencyMS: 20}); err != nil {
		t.Fatal(err)
	}
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	for stream := uint32(1); stream < 20; stream += 2 {
		p.push(stream, testToken, testBody)
	}
	got := p.next(http2.FrameGoAway, 0)
	if got.value != 3 || got.code != http2.ErrCodeNo || got.data != `{"reason":"Shutdown"}` {
		t.Errorf("got %+v", got)
	}
	for _, stream := range []uint32{1, 3} {
		if got := p.status(stream); got != "200" {
			t.Errorf("stream %d: status %s", stream, got)
		}
	}
	p.wantEnd()
	if got := s.Pushes(); len(got) != 2 {
		t.Errorf("%d pushes accepted, want 2", len(got))
	}
}

func TestDoesNotDisownStreamsThatItHasAnswered(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	p.push(1, testToken, testBody)
	p.status(1)
	if err := s.SetFaults(Faults{GoAwayReason: "BadCertificateEnvironment"}); err != nil {
		t.Fatal(err)
	}
	p.push(3, testToken, testBody)
	if got := p.status(3); got != "200" {
		t.Errorf("status %s", got)
	}
}

func TestSaysShutdownAndAnswersWhatRuns(t *testing.T) {
	t.Parallel()
	s, addr := start(t, nil)
	register(t, s)
	if err := s.SetFaults(Faults{LatencyMS: 50}); err != nil {
		t.Fatal(err)
	}
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	p.push(1, testToken, testBody)
	p.must(p.framer.WritePing(false, [8]byte{}))
	p.next(http2.FramePing, 0) // the push has arrived
	closed := make(chan struct{})
	go func() { s.Close(); close(closed) }()
	if got := p.next(http2.FrameGoAway, 0); got.value != 1 || got.data != `{"reason":"Shutdown"}` {
		t.Errorf("got %+v", got)
	}
	if got := p.status(1); got != "200" {
		t.Errorf("status %s", got)
	}
	p.wantEnd()
	select {
	case <-closed:
	case <-time.After(patience):
		t.Fatal("close did not return")
	}
}

func TestClosesInBoundedTimeWhateverClientsDo(t *testing.T) {
	t.Parallel()
	s, addr := start(t, nil)
	cert := mdmCert(t)
	p := dial(t, addr, tlsConfig(cert))
	p.open(1, false, testToken) // never ended
	dialSilent(t, addr, tlsConfig(cert))
	p.must(p.framer.WritePing(false, [8]byte{}))
	p.next(http2.FramePing, 0)
	start := time.Now()
	s.Close()
	if got := time.Since(start); got > closeTimeout+2*time.Second {
		t.Errorf("close took %v", got)
	}
}

func TestSaysIdleTimeout(t *testing.T) {
	s, addr := start(t, nil)
	p := dial(t, addr, tlsConfig(mdmCert(t)))
	p.must(p.framer.WritePing(false, [8]byte{}))
	p.next(http2.FramePing, 0)
	s.mu.Lock()
	for _, c := range s.conns {
		c.idle.Reset(time.Millisecond)
	}
	s.mu.Unlock()
	if got := p.next(http2.FrameGoAway, 0); got.data != `{"reason":"IdleTimeout"}` {
		t.Errorf("got %+v", got)
	}
	p.wantEnd()
}
