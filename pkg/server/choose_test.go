package server

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// A server that has several certificates is asked about one topic, and nothing is taken for another.
func TestWhichOfSeveralIsMeant(t *testing.T) {
	const a, b = "com.apple.mgmt.External.a", "com.apple.mgmt.External.b"
	for name, c := range map[string]struct {
		kind              Kind
		body, topic, want string // want is a topic, or how the error is told
	}{
		"the first":           {Zentral, `[{"topic":"` + a + `"},{"topic":"` + b + `"}]`, a, a},
		"the second":          {Zentral, `[{"topic":"` + a + `"},{"topic":"` + b + `"}]`, b, b},
		"none of them":        {Zentral, `[{"topic":"` + a + `"},{"topic":"` + b + `"}]`, a + "b", "usage.server-several"},
		"nothing asked about": {Zentral, `[{"topic":""},{"topic":"` + b + `"}]`, "", "usage.server-several"},
		"the only one":        {Zentral, `[{"topic":"` + b + `"}]`, a, b},
		"of a page":           {Zentral, `{"count":2,"next":null,"results":[{"topic":"` + a + `"},{"topic":"` + b + `"}]}`, b, b},
		"of an empty page":    {Zentral, `{"count":0,"results":[]}`, b, ""},
		"no list at all":      {Zentral, `{"detail":"x"}`, b, "server-unreachable.garbled"},
		"an MDM of several":   {JumpCloud, `[{"id":"1","apnsPushTopic":"` + a + `"},{"id":"2","apnsPushTopic":"` + b + `"}]`, b, b},
		"no MDM of several":   {JumpCloud, `[{"id":"1","apnsPushTopic":"` + a + `"},{"id":"2"}]`, b, "usage.server-several"},
		"many organizations":  {Meraki, `[{"id":"1"},{"id":"2"}]`, a, "usage.server-several"},
		"no organization":     {Meraki, `[]`, a, "server-refused.none"},
	} {
		access := Access{Kind: c.kind, Credentials: map[string]string{token: "s3cret"}, Topic: c.topic}
		d, _ := testDoor(access, 200, c.body)
		held, err := c.kind.product().open(d, access).Read(t.Context())
		got := held.Topic
		if err != nil {
			got = problem.Of(err).Key()
		}
		if got != c.want || held.Missing != (c.want == "") {
			t.Errorf("%s: %+v, %v, want %q", name, held, err, c.want)
		}
	}
	// Where it is not clear, or nothing is set up, nothing is uploaded.
	for _, body := range []string{`[{"id":"1"},{"id":"2"}]`, `[]`} {
		access := Access{Kind: JumpCloud, Credentials: map[string]string{token: "s3cret"}, Topic: a}
		d, sent := testDoor(access, 200, body)
		if err := openJumpCloud(d, access).Upload(t.Context(), Delivery{}); err == nil || *sent != 1 {
			t.Errorf("%s: %v after %d calls", body, err, *sent)
		}
	}
}

func TestWhatOpensAServer(t *testing.T) {
	for name, c := range map[string]struct {
		access       Access
		header, want string
	}{
		"an organization":  {Access{Kind: JumpCloud, Credentials: map[string]string{token: "s3cret", organization: "42"}}, "X-Org-Id", "42"},
		"no organization":  {Access{Kind: JumpCloud, Credentials: map[string]string{token: "s3cret"}}, "X-Org-Id", "-"},
		"the usual user":   {Access{Kind: NanoHUB, Credentials: map[string]string{token: "s3cret"}}, "Authorization", "Basic bmFub2h1YjpzM2NyZXQ="},
		"another user":     {Access{Kind: NanoHUB, Credentials: map[string]string{token: "s3cret", user: "me"}}, "Authorization", "Basic bWU6czNjcmV0"},
		"a scheme":         {Access{Kind: Zentral, Credentials: map[string]string{token: "s3cret"}}, "Authorization", "Token s3cret"},
		"who is asking":    {Access{Kind: Zentral, Credentials: map[string]string{token: "s3cret"}}, "User-Agent", "apnsctl"},
		"the organization": {Access{Kind: Meraki, Credentials: map[string]string{token: "s3cret", organization: "4/2"}}, "", "/organizations/4%2F2/sm/apnsCert"},
	} {
		d, _ := testDoor(c.access, 200, "[]")
		got := ""
		d.client.Transport = trip(func(r *http.Request) (*http.Response, error) {
			got = r.URL.EscapedPath()
			if values, ok := r.Header[c.header]; ok {
				got = values[0]
			} else if c.header != "" {
				got = "-"
			}
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("[]"))}, nil
		})
		_, _ = c.access.Kind.product().open(d, c.access).Read(t.Context()) // what comes of it is tested elsewhere
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// What a server repeats of a credential is not told; names are, for a person has to see which is wrong.
func TestWordsOfAServer(t *testing.T) {
	d, _ := testDoor(Access{Kind: Intune, Credentials: map[string]string{tenant: "contoso", clientID: "app-1", clientSecret: "s3cret/+="}}, 200, "")
	for body, want := range map[string]string{
		`{"error":"tenant contoso has no app-1"}`:                                  "tenant contoso has no app-1",
		`{"error":"s3cret/+=, s3cret%2F%2B%3D and czNjcmV0Lys9"}`:                  "***, *** and ***",
		`{"error":{"code":"X","message":"a\u0000b\u202ec\r\nd"}}`:                  "X: abc d",
		`{"message":"Validation Failed","errors":[{"name":"base","reason":"no"}]}`: "Validation Failed: base: no",
		`{"errors":["one","one","two"]}`:                                           "one: two",
		"<html><head><title>Sign\nin</title>":                                      "Sign in",
		"<html>":                                                                   "",
		"plain  text\n":                                                            "plain text",
		`{"status":42}`:                                                            "",
	} {
		if got := d.words([]byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
	if got := d.words([]byte(strings.Repeat("長", 400))); got != strings.Repeat("長", 300)+"…" {
		t.Errorf("a long text: %q", got)
	}
	for location, want := range map[string]string{
		"https://me:pw@a.example.com/x?token=y": "https://a.example.com/x", "/login?next=1": "https://mdm.example.com/login", "http://[::1": "",
	} {
		if got := d.elsewhere(location); got != want {
			t.Errorf("%s: %q", location, got)
		}
	}
}
