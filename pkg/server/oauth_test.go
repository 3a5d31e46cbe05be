package server_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/server"
)

// TestIntuneByClientCredentials logs in at the stand-in's Entra first. Whatever happens there is told as
// what happens at the service.
func TestIntuneByClientCredentials(t *testing.T) {
	r := newRig(t)
	p := r.start(t, server.Intune)
	p.Use(r.issue(t, r.request(t, r.key), nil, 100))
	given := map[string]string{
		"tenant": "00000000-1111-2222-3333-444444444444", "client_id": "apnsctl-client", "client_secret": p.Credentials()["token"],
	}
	type answer struct {
		status int
		body   string
	}
	for name, c := range map[string]struct {
		change  map[string]string
		answers []answer // of the login, before it is as it should be
		want    string
	}{
		"granted":                 {nil, nil, ""},
		"another secret":          {map[string]string{"client_secret": "s3cret"}, nil, "server-refused.login"},
		"another tenant":          {map[string]string{"tenant": "elsewhere"}, nil, "server-refused.nowhere"},
		"no such tenant":          {nil, []answer{{400, `{"error":"invalid_request","error_description":"AADSTS90002: s3cret/+Token="}`}}, "server-refused.login"},
		"one failure":             {nil, []answer{{503, ""}}, ""},
		"many":                    {nil, []answer{{503, ""}, {503, ""}, {503, ""}, {503, ""}}, "server-unreachable.status"},
		"too often":               {nil, []answer{{429, ""}, {429, ""}, {429, ""}, {429, ""}}, "server-unreachable.busy"},
		"a page":                  {nil, []answer{{200, "<html><title>Sign in</title>"}}, "server-unreachable.garbled"},
		"no token in it":          {nil, []answer{{200, "{}"}}, "server-unreachable.garbled"},
		"elsewhere":               {nil, []answer{{302, ""}}, "server-refused.moved"},
		"not found, in its words": {nil, []answer{{404, `{"error":{"code":"ResourceNotFound"}}`}}, "server-refused.nowhere"},
	} {
		answers := c.answers
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/token") && len(answers) > 0 {
				a := answers[0]
				answers = answers[1:]
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Location", "https://login.example.com/?secret=s3cret")
				w.WriteHeader(a.status)
				_, _ = w.Write([]byte(a.body))
				return
			}
			p.ServeHTTP(w, r)
		}))
		t.Cleanup(front.Close)
		before := len(p.Calls())
		client := p.open(t, func(a *server.Access, _ *server.Options) {
			a.URL, a.Credentials = front.URL+"/v1.0", maps.Clone(given)
			maps.Copy(a.Credentials, c.change)
		})
		for range 2 { // the second needs no other login
			if _, err := client.Read(t.Context()); keyOf(t, err) != c.want {
				t.Errorf("%s: %v, want %q", name, err, c.want)
				break
			}
			if c.want != "" {
				break
			}
		}
		logins := 0
		for _, call := range p.Calls()[before:] {
			if strings.HasSuffix(call.Path, "/token") {
				logins++
			}
		}
		if c.want == "" && logins != 1 {
			t.Errorf("%s: %d logins for two calls", name, logins)
		}
	}
}
