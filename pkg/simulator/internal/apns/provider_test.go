package apns

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// signedToken is a JSON web token of which only the signature is nonsense.
func signedToken(algorithm, keyID, teamID string, issued time.Time) string {
	encode := base64.RawURLEncoding.EncodeToString
	return "bearer " + encode(fmt.Appendf(nil, `{"alg":%q,"kid":%q}`, algorithm, keyID)) + "." +
		encode(fmt.Appendf(nil, `{"iss":%q,"iat":%d}`, teamID, issued.Unix())) + "." +
		encode(make([]byte, es256SignatureSize))
}

func TestProviderTokens(t *testing.T) {
	start := since()
	const key, team = "KEY4567890", "TEAM567890"
	good := signedToken("ES256", key, team, start)
	type step struct {
		after  time.Duration
		header string
		want   Reason
	}
	for _, test := range []struct {
		name  string
		steps []step
	}{
		{"none", []step{{0, "", reasonMissingProviderToken}}},
		{"another scheme", []step{{0, "basic eA==", reasonInvalidProviderToken}}},
		{"no token", []step{{0, "bearer a.b", reasonInvalidProviderToken}}},
		{"another algorithm", []step{{0, signedToken("RS256", key, team, start), reasonInvalidProviderToken}}},
		{"a short key id", []step{{0, signedToken("ES256", "KEY", team, start), reasonInvalidProviderToken}}},
		{"a short team id", []step{{0, signedToken("ES256", key, "TEAM", start), reasonInvalidProviderToken}}},
		{"no signature", []step{{0, good[:len(good)-8], reasonInvalidProviderToken}}},
		{"an hour old, and a second more", []step{
			{0, good, ""}, {time.Hour - time.Second, good, ""}, {time.Hour + time.Second, good, reasonExpiredProviderToken},
		}},
		{"changed after 20 minutes", []step{
			{0, good, ""}, {20 * time.Minute, signedToken("ES256", key, team, start.Add(time.Minute)), ""},
		}},
		{"changed too soon", []step{
			{0, good, ""},
			{19 * time.Minute, signedToken("ES256", key, team, start.Add(time.Minute)), reasonTooManyProviderTokenUpdates},
			{19 * time.Minute, good, ""},
		}},
		{"of another key", []step{
			{0, good, ""}, {time.Minute, signedToken("ES256", "KEY456789X", team, start), reasonUnrelatedKeyIDInToken},
		}},
		{"of another team", []step{
			{0, good, ""}, {time.Minute, signedToken("ES256", key, "TEAM56789X", start), reasonInvalidProviderToken},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var auth providerAuth
			for i, step := range test.steps {
				if got := auth.check(step.header, start.Add(step.after)); got != step.want {
					t.Errorf("step %d: got %q, want %q", i, got, step.want)
				}
			}
		})
	}
}

func TestTakesProviderTokensForAppsOnly(t *testing.T) {
	s, addr := start(t, func(c *Config) { c.Now = since })
	register(t, s)
	token := signedToken("ES256", "KEY4567890", "TEAM567890", since())
	p := dial(t, addr, tlsConfig())
	if got := p.settings(); got != 1 {
		t.Errorf("greeted with %d streams, want 1 until the first good request", got)
	}
	for i, test := range []struct {
		topic, authorization, status, body string
	}{
		{appTopic, "-", "403", `{"reason":"MissingProviderToken"}`},
		{testTopic, token, "400", `{"reason":"TopicDisallowed"}`},
		{"-", token, "400", `{"reason":"MissingTopic"}`},
		{appTopic, token, "200", ""},
	} {
		stream := uint32(2*i + 1)
		p.push(stream, appToken, testBody, "apns-topic", test.topic, "authorization", test.authorization)
		if got := p.status(stream); got != test.status {
			t.Errorf("%s: status %s, want %s", test.body, got, test.status)
		}
		if test.body == "" {
			continue
		}
		if got := p.next(http2.FrameData, stream).data; got != test.body {
			t.Errorf("got %s, want %s", got, test.body)
		}
	}
	if got := p.settings(); got != defaultMaxStreams {
		t.Errorf("%d streams after the first good request", got)
	}
}
