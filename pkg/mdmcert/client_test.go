package mdmcert_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/mdmcert"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// request is what every test asks; its key must never be told again.
func request() mdmcert.Request {
	return mdmcert.Request{CSR: []byte("csr"), Email: "mdm@example.com", Key: "k3y-of-this-program", Encrypt: []byte("certificate")}
}

// says is a service that answers so.
func says(status int, header, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if name, value, found := strings.Cut(header, ": "); found {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

// Every failure of the reference (1.9), and of what stands between here and the service, is told
// by its name, and whether it is worth asking again: exit 7 or 8.
func TestFailures(t *testing.T) {
	stopped := make(chan struct{})
	defer close(stopped)
	rows := []struct {
		name    string
		service http.HandlerFunc
		key     string
		exit    problem.Exit
		tells   string
	}{
		{"done", says(200, "", `{"result":"success"}`), "", problem.ExitOK, ""},
		{"done, in capitals", says(200, "", `{"Result":"Success","Reason":""}`), "", problem.ExitOK, ""},
		{"done, with more", says(201, "", ` {"result":"success","id":7} `), "", problem.ExitOK, ""},
		{"refused with 200", says(200, "", `{"result":"failure","reason":"email address is not registered"}`), "mdmcert-refused", problem.ExitAPNs, "not registered"},
		{"refused, in capitals", says(200, "", `{"RESULT":"failure","REASON":"no"}`), "mdmcert-refused", problem.ExitAPNs, "no"},
		{"refused without a reason", says(200, "", `{"result":"failure"}`), "mdmcert-refused.silent", problem.ExitAPNs, ""},
		{"refused with the key in the reason", says(200, "", `{"result":"failure","reason":"bad key k3y-of-this-program"}`), "mdmcert-refused", problem.ExitAPNs, "bad key ..."},
		{"refused at length", says(200, "", `{"result":"failure","reason":"`+strings.Repeat("long ", 1000)+`"}`), "mdmcert-refused", problem.ExitAPNs, "…"},
		{"400 with a reason", says(400, "", `{"result":"failure","reason":"invalid csr"}`), "mdmcert-refused", problem.ExitAPNs, "invalid csr"},
		{"401", says(401, "", "no"), "mdmcert-refused.status", problem.ExitAPNs, "401"},
		{"403 with a page", says(403, "", "<html>"), "mdmcert-refused.status", problem.ExitAPNs, "403"},
		{"404", says(404, "", ""), "mdmcert-refused.status", problem.ExitAPNs, "404"},
		{"408", says(408, "", ""), "mdmcert-unreachable.status", problem.ExitNetwork, "408"},
		{"429", says(429, "Retry-After: 60", ""), "mdmcert-unreachable.status", problem.ExitNetwork, "429"},
		{"500", says(500, "", `{"result":"failure","reason":"x"}`), "mdmcert-unreachable.status", problem.ExitNetwork, "500"},
		{"502 with a page", says(502, "", "<html>"), "mdmcert-unreachable.status", problem.ExitNetwork, "502"},
		{"503", says(503, "", ""), "mdmcert-unreachable.status", problem.ExitNetwork, "503"},
		{"redirected", says(302, "Location: https://example.com/", ""), "mdmcert-unreachable.redirect", problem.ExitNetwork, "302"},
		{"kept by a redirection", says(307, "Location: https://example.com/", ""), "mdmcert-unreachable.redirect", problem.ExitNetwork, "307"},
		{"a page", says(200, "", "\n<!DOCTYPE html><html>sign in</html>"), "mdmcert-unreachable.page", problem.ExitNetwork, ""},
		{"nothing", says(200, "", ""), "mdmcert-unreachable.answer", problem.ExitNetwork, ""},
		{"another document", says(200, "", `{"status":"ok"}`), "mdmcert-unreachable.answer", problem.ExitNetwork, ""},
		{"a list", says(200, "", `["success"]`), "mdmcert-unreachable.answer", problem.ExitNetwork, ""},
		{"two documents", says(200, "", `{"result":"success"}{"result":"failure"}`), "mdmcert-unreachable.answer", problem.ExitNetwork, ""},
		{"endless", func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := io.WriteString(w, strings.Repeat(`{"result":"success"}`, 1000)); err != nil {
					return
				}
			}
		}, "mdmcert-unreachable.answer", problem.ExitNetwork, ""},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"result":"success"}`)
		}, "mdmcert-unreachable", problem.ExitNetwork, "EOF"},
		{"hung up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "mdmcert-unreachable", problem.ExitNetwork, "EOF"},
		{"silent", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			select {
			case <-r.Context().Done():
			case <-stopped:
			}
		}, "mdmcert-unreachable.timeout", problem.ExitNetwork, ""},
		{"silent after the head", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
			case <-stopped:
			}
		}, "mdmcert-unreachable.timeout", problem.ExitNetwork, ""},
	}
	exits := map[problem.Exit]int{}
	for _, row := range rows {
		server := httptest.NewServer(row.service)
		patience := 2 * time.Second
		if row.key == "mdmcert-unreachable.timeout" {
			patience = time.Second / 4 // it never answers
		}
		err := mdmcert.Client{URL: server.URL, Timeout: patience}.Ask(t.Context(), request())
		server.CloseClientConnections()
		server.Close()
		key, exit, told := "", problem.ExitOK, ""
		if err != nil {
			p := problem.Of(err)
			key, exit, told = p.Key(), p.Code.Exit(), p.Error()
		}
		exits[exit]++
		if key != row.key || exit != row.exit || !strings.Contains(told, row.tells) || strings.Contains(told, request().Key) || len(told) > 600 {
			t.Errorf("%s: %q exits with %d (%s); want %q, %d", row.name, key, exit, told, row.key, row.exit)
		}
	}
	t.Logf("%d answers: %d taken, %d refused for good (exit 7), %d to ask again (exit 8)", len(rows), exits[problem.ExitOK], exits[problem.ExitAPNs], exits[problem.ExitNetwork])
}

// The call is what the reference says, and goes by the proxy that is set.
func TestTheCall(t *testing.T) {
	var got map[string]string
	var head http.Header
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head = r.Header
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil || r.Method != http.MethodPost || r.URL.String() != "http://mdmcert.example/api" {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		_, _ = io.WriteString(w, `{"result":"success"}`)
	}))
	defer proxy.Close()
	by, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := mdmcert.Client{URL: "http://mdmcert.example/api", Proxy: func(*url.URL) (*url.URL, error) { return by, nil }}
	if err := c.Ask(t.Context(), request()); err != nil {
		t.Fatal(err)
	}
	base64Of := base64.StdEncoding.EncodeToString
	for field, want := range map[string]string{
		"csr": base64Of([]byte("csr")), "encrypt": base64Of([]byte("certificate")), "email": "mdm@example.com", "key": "k3y-of-this-program",
	} {
		if got[field] != want {
			t.Errorf("%s is %q, want %q", field, got[field], want)
		}
	}
	if head.Get("Content-Type") != "application/json" || len(got) != 4 {
		t.Errorf("%v, %v", head, got)
	}
}

// What is no TLS, an old one, or of a stranger, and what does not listen, cannot be reached.
func TestUnreachable(t *testing.T) {
	ok := says(200, "", `{"result":"success"}`)
	stranger, old := httptest.NewTLSServer(ok), httptest.NewUnstartedServer(ok)
	defer stranger.Close()
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	old.StartTLS()
	defer old.Close()
	gone := httptest.NewServer(ok)
	gone.Close()
	for address, tells := range map[string]string{
		stranger.URL: "certificate", old.URL: "protocol version", gone.URL: "refused", strings.Replace(gone.URL, "http", "bad://", 1): "", "http://%zz/": "",
	} {
		err := mdmcert.Client{URL: address}.Ask(t.Context(), request())
		if err == nil || problem.Of(err).Key() != "mdmcert-unreachable" || !strings.Contains(err.Error(), tells) {
			t.Errorf("%s: %v", address, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (mdmcert.Client{URL: stranger.URL}).Ask(ctx, request()); err == nil || problem.Of(err).Code != problem.Interrupted {
		t.Errorf("interrupted: %v", err)
	}
}
