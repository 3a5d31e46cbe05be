package apns_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
)

// The engine against HTTP/2 servers that others have written. net/http's is always
// there; nghttpd and Node are programs.

// identityFile writes the identity of the test servers, certificate and key.
func identityFile(t *testing.T) string {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(identity().PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: identity().Certificate[0]})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	path := filepath.Join(t.TempDir(), "identity.pem")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// background starts a server that lives as long as the test.
func background(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, and says so
	})
}

// at is a server that somebody else runs.
func at(address string) *peer { return &peer{url: &url.URL{Scheme: "https", Host: address}} }

// standard is net/http's server.
func standard(tb testing.TB) *peer {
	tb.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Apns-Id", r.Header.Get("Apns-Id"))
	}))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = serverTLS()
	s.TLS.Certificates = []tls.Certificate{identity()}
	s.StartTLS()
	tb.Cleanup(s.Close)
	return at(s.Listener.Addr().String())
}

func TestStandardServer(t *testing.T) {
	_, s, err := push(t, clientFor(t, standard(t)), &fleet{n: 3000})
	wantAccepted(t, s, err, 3000)
}

// nghttpd asks for a client certificate (-V) and echoes each push with status 200.
func TestNghttpd(t *testing.T) {
	nghttpd, ok := depth.Program(t, "nghttpd")
	if !ok {
		return
	}
	for name, options := range map[string][]string{
		"as it comes": nil,
		"small windows, few streams, padding, no header table": {"-w", "10", "-m", "7", "-b", "100", "-c", "0"},
		"answers that come before the body":                    {"--early-response"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, file := freeAddress(t), identityFile(t)
			host, port, _ := net.SplitHostPort(address)
			arguments := append([]string{"-a", host, "-V", "--echo-upload"}, options...)
			background(t, exec.CommandContext(t.Context(), nghttpd, append(arguments, port, file, file)...))
			awaitListener(t, address)
			_, s, err := push(t, clientFor(t, at(address)), &fleet{n: 1500, magic: 3000})
			wantAccepted(t, s, err, 1500)
		})
	}
}

func TestNode(t *testing.T) {
	node, ok := depth.Program(t, "node")
	if !ok {
		return
	}
	cmd := exec.CommandContext(t.Context(), node, filepath.Join("testdata", "h2server.mjs"), identityFile(t))
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	background(t, cmd)
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	const n = 5000
	_, s, err := push(t, clientFor(t, at("127.0.0.1:"+strings.TrimSpace(port))), &fleet{n: n})
	// Tokens count in hexadecimal: one in sixteen ends in 0.
	if dead := int64((n + 15) / 16); err != nil || s.Device != dead || s.Accepted != n-dead || s.Connections < 3 {
		t.Errorf("got %+v, %v", s, err)
	}
}

// freeAddress is a loopback address on which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// awaitListener waits until somebody listens.
func awaitListener(t *testing.T, address string) {
	t.Helper()
	for range 100 {
		if nc, err := net.Dial("tcp", address); err == nil {
			_ = nc.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("nobody listens on %s", address)
}
