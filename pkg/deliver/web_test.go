package deliver

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// hook is a web server that keeps the last request.
type hook struct {
	*httptest.Server

	status int
	got    *http.Request
	body   []byte
}

func startHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{status: http.StatusOK}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.got = r
		h.body, _ = io.ReadAll(r.Body)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(h.status)
		_, _ = io.WriteString(w, "said\nso")
	}))
	t.Cleanup(h.Close)
	return h
}

func notice() Notice {
	return Notice{
		ID: "a\x00b", Title: "title <a>", Text: "text & more", Facts: []Fact{{"Topic", "x"}, {"Vendor", ""}},
		Fields: map[string]any{"profile": "学校"},
	}
}

func TestWebhooksAreToldInTheirWords(t *testing.T) {
	h := startHook(t)
	for kind, want := range map[HookKind]string{
		Slack: `{"text":"*title &lt;a&gt;*\n` + "```text &amp; more```" + `"}`,
		Teams: `"contentType":"application/vnd.microsoft.card.adaptive"`,
		JSON:  `{"profile":"学校"}`,
		"":    `{"profile":"学校"}`,
	} {
		if err := (Web{}).Post(t.Context(), Hook{Name: "ops", Kind: kind, URL: h.URL + "/x", Secret: "s"}, notice()); err != nil {
			t.Fatal(err)
		}
		if !json.Valid(h.body) || !strings.Contains(string(h.body), want) {
			t.Errorf("%s: %s, want %s", kind, h.body, want)
		}
		if got := h.got.Header.Get(SignatureHeader); got != Signature("s", h.body) || len(got) != len("sha256=")+64 {
			t.Errorf("%s: signature %q", kind, got)
		}
		if h.got.Method != http.MethodPost || h.got.Header.Get("Content-Type") != "application/json" || h.got.Header.Get("Idempotency-Key") == "" {
			t.Errorf("%s: %s %v", kind, h.got.Method, h.got.Header)
		}
	}
	if err := (Web{}).Ping(t.Context(), h.URL+"/ping"); err != nil || h.got.Method != http.MethodGet || h.got.URL.Path != "/ping" {
		t.Errorf("ping: %v, %s %s", err, h.got.Method, h.got.URL)
	}
}

// RFC 4231, test case 2, for whoever writes a receiver.
func TestSignature(t *testing.T) {
	if got := Signature("Jefe", []byte("what do ya want for nothing?")); got != "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" {
		t.Error(got)
	}
}

func TestWhatAWebhookRefuses(t *testing.T) {
	h := startHook(t)
	for status, want := range map[int]string{
		200: "", 202: "", 204: "", 302: "webhook-refused.moved", 400: "webhook-refused", 403: "webhook-refused", 404: "webhook-refused", 410: "webhook-refused",
		408: "webhook-unreachable.status", 429: "webhook-unreachable.status", 500: "webhook-unreachable.status", 503: "webhook-unreachable.status",
	} {
		h.status = status
		err := (Web{}).Post(t.Context(), Hook{Name: "ops", URL: h.URL + "/secret-path"}, notice())
		switch {
		case err == nil:
			if want != "" {
				t.Errorf("%d: no error", status)
			}
		case problem.Of(err).Key() != want || strings.Contains(err.Error(), "secret-path"):
			t.Errorf("%d: %v, want %s", status, err, want)
		}
		if want != "" { // the same of the ping, which is no webhook
			code, part, _ := strings.Cut(want, ".")
			want = strings.TrimSuffix(code+".ping."+part, ".")
			if err := (Web{}).Ping(t.Context(), h.URL+"/secret-path"); err == nil || problem.Of(err).Key() != want {
				t.Errorf("%d: %v, want %s", status, err, want)
			}
		}
		if h.got.URL.Path != "/secret-path" {
			t.Errorf("%d: went on to %s", status, h.got.URL)
		}
	}
}

func TestAWebhookThatIsNotThere(t *testing.T) {
	h := startHook(t)
	address := h.URL + "/secret-path"
	proxied := Web{Proxy: func(*url.URL) (*url.URL, error) { return url.Parse(h.URL) }}
	if err := proxied.Ping(t.Context(), "http://nowhere.invalid/ping"); err != nil || h.got.Host != "nowhere.invalid" {
		t.Errorf("by a proxy: %v, %s", err, h.got.Host)
	}
	h.Close()
	err := (Web{}).Post(t.Context(), Hook{Name: "ops", URL: address}, notice())
	if err == nil || problem.Of(err).Key() != "webhook-unreachable" || strings.Contains(err.Error(), "secret-path") {
		t.Errorf("gone: %v", err)
	}
	if err := (Web{}).Post(t.Context(), Hook{Name: "ops", URL: "http://[::1"}, notice()); err == nil || problem.Of(err).Key() != "webhook-refused.url" {
		t.Errorf("no address: %v", err)
	}
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	if err := (Web{Timeout: 50 * time.Millisecond}).Ping(t.Context(), silent.URL); err == nil || problem.Of(err).Key() != "webhook-unreachable.ping" {
		t.Errorf("silent: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if err := (Web{}).Ping(ctx, silent.URL); err == nil || problem.Of(err).Code != problem.Interrupted {
		t.Errorf("a signal: %v", err)
	}
}
