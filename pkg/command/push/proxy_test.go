package push_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
)

// tunnels is an HTTP proxy that knows CONNECT and one user. Every name leads to this
// machine.
type tunnels struct {
	server *httptest.Server
	mu     sync.Mutex
	opened []string // where to, as asked
}

func newTunnels(t *testing.T) *tunnels {
	t.Helper()
	p := &tunnels{}
	p.server = httptest.NewServer(http.HandlerFunc(p.connect))
	t.Cleanup(p.server.Close)
	return p
}

func (p *tunnels) connect(w http.ResponseWriter, r *http.Request) {
	r.Header.Set("Authorization", r.Header.Get("Proxy-Authorization"))
	if user, password, _ := r.BasicAuth(); r.Method != http.MethodConnect || user != "u" || password != "secret" {
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	_, port, _ := net.SplitHostPort(r.Host)
	to, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer to.Close()
	p.mu.Lock()
	p.opened = append(p.opened, r.Host)
	p.mu.Unlock()
	from, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer from.Close()
	_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
	_, _ = io.Copy(from, to)
}

// seen are the places where tunnels went, each once.
func (p *tunnels) seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.Sort(p.opened)
	return slices.Compact(p.opened)
}

func TestPushesGoThroughTheProxy(t *testing.T) {
	w := commandtest.NewPushWorld(t)
	apns, err := url.Parse(w.Sim.APNsURL())
	if err != nil {
		t.Fatal(err)
	}
	named := "apns.localhost:" + apns.Port() // which is no loopback to the rules for proxies
	for _, row := range []struct {
		name, endpoint, flag string
		variable             string
		through              []string
		status               int
	}{
		{name: "--proxy is for everything", endpoint: apns.Host, flag: "http://u:secret@", through: []string{apns.Host}},
		{name: "--proxy without a scheme", endpoint: apns.Host, flag: "u:secret@", through: []string{apns.Host}},
		{name: "HTTPS_PROXY", endpoint: named, variable: "HTTPS_PROXY", through: []string{named}},
		{name: "https_proxy", endpoint: named, variable: "https_proxy", through: []string{named}},
		{name: "HTTPS_PROXY and loopback", endpoint: apns.Host, variable: "HTTPS_PROXY"},
		{name: "HTTPS_PROXY and localhost", endpoint: "localhost:" + apns.Port(), variable: "HTTPS_PROXY"},
		{name: "another password", endpoint: named, flag: "http://u:wrong@", status: 8},
	} {
		t.Run(row.name, func(t *testing.T) {
			proxy := newTunnels(t)
			at := strings.TrimPrefix(proxy.server.URL, "http://")
			args := []string{
				"push", "--endpoint", "https://" + row.endpoint, "--ca-file", w.Sim.APNsCAFile(),
				"--token", strings.Repeat("ab", 32), "--push-magic", "m",
			}
			if row.flag != "" {
				args = append(args, "--proxy", row.flag+at)
			}
			w.Env = map[string]string{row.variable: "http://u:secret@" + at}
			before := len(w.Pushes())
			status, out, errs := w.Run(strings.NewReader(""), args...)
			if status != row.status {
				t.Fatalf("status %d, want %d\n%s%s", status, row.status, out, errs)
			}
			if strings.Contains(out+errs, "secret") || strings.Contains(out+errs, "wrong") {
				t.Errorf("the password is told\n%s%s", out, errs)
			}
			if got := len(w.Pushes()) - before; (got == 1) != (status == 0) {
				t.Errorf("%d pushes arrived", got)
			}
			if got := proxy.seen(); !slices.Equal(got, row.through) {
				t.Errorf("tunnels to %v, want %v", got, row.through)
			}
		})
	}
}
