package doctor_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// examined is what a run of doctor told.
type examined struct {
	status int
	Checks []struct{ Name, Status, Detail, Cause, Hint string }
}

// of finds a check by the beginning of its name.
func (e examined) of(name string) string {
	for _, c := range e.Checks {
		if strings.HasPrefix(c.Name, name) {
			return c.Status
		}
	}
	return "none"
}

// examine runs doctor without a config file, unless the environment names one.
func examine(t *testing.T, env map[string]string, args ...string) examined {
	t.Helper()
	return examineAs(t, func(*cli.Env) {}, env, args...)
}

// examineAs does so in a world that is changed.
func examineAs(t *testing.T, change func(*cli.Env), env map[string]string, args ...string) examined {
	t.Helper()
	streams, out, errs := term.Test()
	getenv := func(name string) string {
		if value, ok := env[name]; ok {
			return value
		}
		return map[string]string{
			"APNSCTL_CONFIG": filepath.Join(t.TempDir(), "none.yaml"), "APNSCTL_PORTAL_URL": "http://127.0.0.1:9",
		}[name]
	}
	args = append([]string{"doctor", "-o", "json"}, args...)
	world := &cli.Env{IO: streams, Now: time.Now, Getenv: getenv}
	change(world)
	status := command.Main(t.Context(), world, args)
	var document struct{ Result examined }
	if err := json.Unmarshal(out.Bytes(), &document); err != nil || len(document.Result.Checks) == 0 {
		t.Fatalf("status %d, %v: %s%s", status, err, out, errs)
	}
	document.Result.status = status
	return document.Result
}

// serve answers connections until the test ends.
func serve(t *testing.T, answer func(net.Conn)) (address string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			go func() { answer(nc); _ = nc.Close() }()
		}
	}()
	return ln.Addr().String()
}

// server is a certificate that is its own authority, and the file with it.
func server(t *testing.T, change func(*x509.Certificate)) (certificate tls.Certificate, caFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "doctor test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	change(template)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(caFile, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, caFile
}

// handshake makes a TLS connection and leaves time to read its last words.
func handshake(t *testing.T, config *tls.Config) func(net.Conn) {
	t.Helper()
	return func(nc net.Conn) {
		conn := tls.Server(nc, config)
		_ = conn.SetDeadline(time.Now().Add(time.Second))
		_ = conn.HandshakeContext(t.Context())
		_, _ = io.Copy(io.Discard, conn)
	}
}

func TestDoctorTellsWhatAnswers(t *testing.T) {
	same := func(*x509.Certificate) {}
	plain := func(text string) func(net.Conn) {
		return func(nc net.Conn) {
			_, _ = io.WriteString(nc, text)
			_ = nc.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
			_, _ = io.Copy(io.Discard, nc)
		}
	}
	for name, row := range map[string]struct {
		leaf             func(*x509.Certificate)
		config           *tls.Config    // of a TLS server
		answer           func(net.Conn) // of any other
		trusted          bool           // --ca-file is given
		port, tls, http2 string
		status           int
	}{
		"a closed port": {port: "critical", tls: "skipped", http2: "skipped", status: 8},
		"a port that says nothing": {
			answer: func(nc net.Conn) { _, _ = io.Copy(io.Discard, nc) }, port: "ok", tls: "critical", http2: "skipped", status: 8,
		},
		"plain text":           {answer: plain("220 ready\r\n"), port: "ok", tls: "critical", http2: "skipped", status: 8},
		"an unknown authority": {leaf: same, config: &tls.Config{}, port: "ok", tls: "critical", http2: "skipped", status: 8},
		"an expired certificate": {leaf: func(c *x509.Certificate) {
			c.NotAfter = time.Now().Add(-time.Minute)
		}, config: &tls.Config{}, trusted: true, port: "ok", tls: "critical", http2: "skipped", status: 8},
		"another name": {leaf: func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"other.example"}
		}, config: &tls.Config{}, trusted: true, port: "ok", tls: "critical", http2: "skipped", status: 8},
		"no ALPN": {leaf: same, config: &tls.Config{}, trusted: true, port: "ok", tls: "ok", http2: "critical", status: 8},
		"a demand for a certificate": {
			leaf: same, config: &tls.Config{NextProtos: []string{"h2"}, ClientAuth: tls.RequireAnyClientCert}, trusted: true,
			port: "ok", tls: "ok", http2: "ok",
		},
		"a demand in TLS 1.2": {
			leaf: same, trusted: true, config: &tls.Config{
				NextProtos: []string{"h2"}, ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12,
			}, port: "ok", tls: "ok", http2: "ok",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, args := "127.0.0.1:9", []string{}
			if row.config != nil {
				certificate, caFile := server(t, row.leaf)
				row.config.Certificates = []tls.Certificate{certificate}
				row.answer = handshake(t, row.config)
				if row.trusted {
					args = append(args, "--ca-file", caFile)
				}
			}
			if row.answer != nil {
				address = serve(t, row.answer)
			}
			begun := time.Now()
			e := examine(t, nil, append(args, "--endpoint", "https://"+address)...)
			if e.of("port-") != row.port || e.of("tls-chain") != row.tls || e.of("http2") != row.http2 || e.status != row.status {
				t.Errorf("status %d: %+v", e.status, e.Checks)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestDoctorAsksTheProxy(t *testing.T) {
	target := serve(t, func(net.Conn) {})
	for answer, want := range map[string][2]string{ // proxy and port
		"407 Proxy Authentication Required": {"critical", "skipped"},
		"403 Forbidden":                     {"critical", "skipped"},
		"200 OK":                            {"ok", "ok"},
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			proxy := serve(t, func(nc net.Conn) {
				buffer := make([]byte, 1024)
				if n, err := nc.Read(buffer); err == nil && strings.HasPrefix(string(buffer[:n]), "CONNECT "+target+" ") {
					_, _ = io.WriteString(nc, "HTTP/1.1 "+answer+"\r\n\r\n")
				}
			})
			e := examine(t, nil, "--proxy", "http://user:secret@"+proxy, "--endpoint", "https://"+target)
			if e.of("proxy") != want[0] || e.of("port-") != want[1] || e.status != 8 {
				t.Errorf("status %d: %+v", e.status, e.Checks)
			}
			for _, c := range e.Checks {
				if strings.Contains(c.Detail+c.Cause+c.Hint, "secret") {
					t.Errorf("the password is told: %+v", c)
				}
			}
		})
	}
}

func TestDoctorComparesTheClockWithThePortal(t *testing.T) {
	off := func(by time.Duration) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
			http.Redirect(w, &http.Request{}, "http://127.0.0.1:9/", http.StatusFound)
		}
	}
	for name, row := range map[string]struct {
		portal http.HandlerFunc
		want   string
		status int
	}{
		"right":          {off(0), "ok", 8},
		"minutes ahead":  {off(-2 * time.Minute), "warning", 8},
		"minutes behind": {off(2 * time.Minute), "warning", 8},
		"a day behind":   {off(24 * time.Hour), "critical", 3},
		"no date":        {func(w http.ResponseWriter, _ *http.Request) { w.Header()["Date"] = nil }, "skipped", 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal := httptest.NewServer(row.portal)
			defer portal.Close()
			e := examine(t, map[string]string{"APNSCTL_PORTAL_URL": portal.URL}, "--endpoint", "https://127.0.0.1:9")
			if e.of("clock") != row.want || e.status != row.status {
				t.Errorf("status %d: %+v", e.status, e.Checks)
			}
		})
	}
}

// What is valid is decided by the clock that the examination goes by.
func TestDoctorGoesByItsClock(t *testing.T) {
	certificate, caFile := server(t, func(*x509.Certificate) {})
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2"}, ClientAuth: tls.RequireAnyClientCert}
	args := []string{"--ca-file", caFile, "--endpoint", "https://" + serve(t, handshake(t, config))}
	for by, want := range map[time.Duration][2]string{0: {"ok", "ok"}, -2 * time.Hour: {"critical", "warning"}, 2 * time.Hour: {"critical", "warning"}} {
		e := examineAs(t, func(env *cli.Env) { env.Now = func() time.Time { return time.Now().Add(by) } }, nil, args...)
		if e.of("tls-chain") != want[0] || e.of("clock") != want[1] {
			t.Errorf("%v: %+v", by, e.Checks)
		}
	}
}
