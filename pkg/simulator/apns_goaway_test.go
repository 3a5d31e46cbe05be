package simulator

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

func TestAPNsRefusesACertificateInAGoAway(t *testing.T) {
	for _, test := range []struct {
		name    string
		markers []int
		verdict verdict
		faults  faults
		debug   string
	}{
		{"of an unknown issuer", []int{pushMarkerProduction}, verdictUnknown, faults{}, `{"reason":"BadCertificate"}`},
		{"without a push marker", nil, verdictOK, faults{}, `{"reason":"BadCertificate"}`},
		{"for the sandbox", []int{pushMarkerDevelopment}, verdictOK, faults{}, `{"reason":"BadCertificateEnvironment"}`},
		{
			"because a test wants it",
			[]int{pushMarkerProduction},
			verdictOK,
			faults{GoAwayReason: "BadCertificateEnvironment"},
			`{"reason":"BadCertificateEnvironment"}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, addr := apnsStart(t, func(c *apnsConfig) {
				c.Judge = func(*x509.Certificate) verdict { return test.verdict }
			})
			apnsRegister(t, s)
			if err := s.setFaults(test.faults); err != nil {
				t.Fatal(err)
			}
			p := apnsDial(t, addr, apnsTLSConfig(apnsMakeCert(t, apnsTestTopic, test.markers...)))
			p.push(1, apnsTestToken, apnsTestBody)
			got := p.next(http2.FrameGoAway, 0)
			if got.value != 0 || got.code != http2.ErrCodeNo || got.data != test.debug {
				t.Errorf("got GOAWAY(%d, %v, %s), want %s", got.value, got.code, got.data, test.debug)
			}
			p.wantEnd()
			if got := s.pushes(); len(got) > 0 {
				t.Errorf("accepted %+v", got)
			}
		})
	}
}

func TestAPNsRefusesACertificateWithATLSAlert(t *testing.T) {
	for _, test := range []struct {
		verdict verdict
		want    string
	}{
		{verdictExpired, "expired certificate"},
		{verdictRevoked, "revoked certificate"},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(test.want+" "+tls.VersionName(version), func(t *testing.T) {
				_, addr := apnsStart(t, func(c *apnsConfig) {
					c.Judge = func(*x509.Certificate) verdict { return test.verdict }
				})
				config := apnsTLSConfig(apnsMDMCert(t))
				config.MaxVersion = version
				p := apnsDialSilent(t, addr, config)
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

func TestAPNsDemandsH2(t *testing.T) {
	_, addr := apnsStart(t, nil)
	config := apnsTLSConfig(apnsMDMCert(t))
	config.NextProtos = nil
	apnsDialSilent(t, addr, config).wantEnd()
}

func TestAPNsGoesAwayAfterSomeStreams(t *testing.T) {
	s, addr := apnsStart(t, nil)
	apnsRegister(t, s)
	if err := s.setFaults(faults{GoAwayAfter: 2, GoAwayReason: "Shutdown", LatencyMS: 20}); err != nil {
		t.Fatal(err)
	}
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))
	for stream := uint32(1); stream < 20; stream += 2 {
		p.push(stream, apnsTestToken, apnsTestBody)
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
	if got := s.pushes(); len(got) != 2 {
		t.Errorf("%d pushes accepted, want 2", len(got))
	}
}

func TestAPNsDoesNotDisownStreamsThatItHasAnswered(t *testing.T) {
	s, addr := apnsStart(t, nil)
	apnsRegister(t, s)
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))
	p.push(1, apnsTestToken, apnsTestBody)
	p.status(1)
	if err := s.setFaults(faults{GoAwayReason: "BadCertificateEnvironment"}); err != nil {
		t.Fatal(err)
	}
	p.push(3, apnsTestToken, apnsTestBody)
	if got := p.status(3); got != "200" {
		t.Errorf("status %s", got)
	}
}

func TestAPNsSaysShutdownAndAnswersWhatRuns(t *testing.T) {
	s, addr := apnsStart(t, nil)
	apnsRegister(t, s)
	if err := s.setFaults(faults{LatencyMS: 50}); err != nil {
		t.Fatal(err)
	}
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))
	p.push(1, apnsTestToken, apnsTestBody)
	p.must(p.framer.WritePing(false, [8]byte{}))
	p.next(http2.FramePing, 0) // the push has arrived
	closed := make(chan struct{})
	go func() { s.close(); close(closed) }()
	if got := p.next(http2.FrameGoAway, 0); got.value != 1 || got.data != `{"reason":"Shutdown"}` {
		t.Errorf("got %+v", got)
	}
	if got := p.status(1); got != "200" {
		t.Errorf("status %s", got)
	}
	p.wantEnd()
	select {
	case <-closed:
	case <-time.After(apnsPatience):
		t.Fatal("close did not return")
	}
}

func TestAPNsClosesInBoundedTimeWhateverClientsDo(t *testing.T) {
	t.Parallel()
	s, addr := apnsStart(t, nil)
	cert := apnsMDMCert(t)
	p := apnsDial(t, addr, apnsTLSConfig(cert))
	p.open(1, false, apnsTestToken) // never ended
	apnsDialSilent(t, addr, apnsTLSConfig(cert))
	p.must(p.framer.WritePing(false, [8]byte{}))
	p.next(http2.FramePing, 0)
	start := time.Now()
	s.close()
	if got := time.Since(start); got > closeTimeout+2*time.Second {
		t.Errorf("close took %v", got)
	}
}

func TestAPNsSaysIdleTimeout(t *testing.T) {
	s, addr := apnsStart(t, nil)
	p := apnsDial(t, addr, apnsTLSConfig(apnsMDMCert(t)))
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
