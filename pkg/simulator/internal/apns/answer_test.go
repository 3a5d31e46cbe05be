package apns

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	appTopic     = "com.example.app"
	deadToken    = "dd01"
	expiredToken = "dd02"
	foreignToken = "dd03"
	appToken     = "dd04"
	voipToken    = "dd05"
)

// since is when the test's devices took their state.
func since() time.Time { return time.Date(2026, 11, 22, 1, 2, 3, 456e6, time.UTC) }

func register(t *testing.T, s *Server) {
	t.Helper()
	for token, d := range map[string]Device{
		testToken:    {Topic: testTopic, PushMagic: "magic"},
		deadToken:    {Topic: testTopic, State: deviceUnregistered},
		expiredToken: {Topic: testTopic, State: deviceExpired},
		foreignToken: {Topic: "com.apple.mgmt.External.other"},
		appToken:     {Topic: appTopic},
		voipToken:    {Topic: appTopic + ".voip"},
	} {
		if err := s.SetDevice(token, d); err != nil {
			t.Fatal(err)
		}
	}
}

func appCert(t *testing.T) tls.Certificate {
	t.Helper()
	return makeCertWith(t, appTopic,
		markerExtension(pushMarkerProduction, []byte{5, 0}), markerExtension(pushMarkerTopics, topicListSample(t)))
}

// httpClient is the standard library's client with a certificate.
func httpClient(t *testing.T, certs ...tls.Certificate) *http.Client {
	t.Helper()
	config := tlsConfig(certs...)
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience}
}

type pushCase struct {
	name      string
	app       bool // with the app certificate
	method    string
	path      string
	header    map[string]string // "" drops a field
	twice     string            // a field to send twice
	body      string
	status    int
	reason    Reason
	timestamp int64
}

// reply is a response whose body was read.
type reply struct {
	*http.Response
	body []byte
}

func (c pushCase) do(t *testing.T, client *http.Client, addr string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), c.method, "https://"+addr+c.path, bytes.NewReader([]byte(c.body)))
	if err != nil {
		t.Fatal(err)
	}
	topic := testTopic
	if c.app {
		topic = appTopic
	}
	req.Header.Set("apns-topic", topic)
	req.Header.Set("apns-id", testID)
	for name, value := range c.header {
		if value == "" {
			req.Header.Del(name)
		} else {
			req.Header.Set(name, value)
		}
	}
	if c.twice != "" {
		req.Header.Add(c.twice, req.Header.Get(c.twice))
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return reply{resp, body}
}

func pushCases() []pushCase {
	h := func(pairs ...string) map[string]string {
		m := map[string]string{}
		for pair := range slices.Chunk(pairs, 2) {
			m[pair[0]] = pair[1]
		}
		return m
	}
	device := func(token string) string { return "/3/device/" + token }
	since := since().UnixMilli()
	return []pushCase{
		{name: "a plain MDM push is accepted"},
		{name: "a full MDM push is accepted", header: h("apns-push-type", "mdm", "apns-priority", "10", "apns-expiration", "1800000000")},
		{name: "the topic of a single-topic certificate may be left out", header: h("apns-topic", "")},
		{name: "a token in upper case is the same token", path: device(strings.ToUpper(testToken))},
		{name: "a collapse id of 64 bytes is accepted", header: h("apns-collapse-id", strings.Repeat("x", 64))},
		{name: "a payload of 4096 bytes is accepted", body: strings.Repeat("x", 4096)},
		{name: "GET", method: http.MethodGet, status: 405, reason: "MethodNotAllowed"},
		{name: "another path", path: "/4/device/aa", status: 404, reason: "BadPath"},
		{name: "no token", path: device(""), status: 400, reason: "MissingDeviceToken"},
		{name: "a token that is not hexadecimal", path: device("zz"), status: 400, reason: "BadDeviceToken"},
		{name: "half a byte of token", path: device("abc"), status: 400, reason: "BadDeviceToken"},
		{name: "an unknown token", path: device("abcd"), status: 400, reason: "BadDeviceToken"},
		{name: "a foreign topic", header: h("apns-topic", appTopic), status: 400, reason: "TopicDisallowed"},
		{name: "a malformed topic", header: h("apns-topic", "com example"), status: 400, reason: "BadTopic"},
		{name: "an unknown push type", header: h("apns-push-type", "sms"), status: 400, reason: "InvalidPushType"},
		{name: "a push type whose suffix the topic lacks", header: h("apns-push-type", "voip"), status: 400, reason: "BadTopic"},
		{name: "an unknown priority", header: h("apns-priority", "7"), status: 400, reason: "BadPriority"},
		{name: "an expiration in milliseconds", header: h("apns-expiration", "1800000000000"), status: 400, reason: "BadExpirationDate"},
		{name: "an expiration that is no number", header: h("apns-expiration", "soon"), status: 400, reason: "BadExpirationDate"},
		{name: "a collapse id of 65 bytes", header: h("apns-collapse-id", strings.Repeat("x", 65)), status: 400, reason: "BadCollapseId"},
		{name: "an id that is no UUID", header: h("apns-id", "1234"), status: 400, reason: "BadMessageId"},
		{name: "a header twice", twice: "apns-id", status: 400, reason: "DuplicateHeaders"},
		{name: "no payload", body: "-", status: 400, reason: "PayloadEmpty"},
		{name: "a payload of 4097 bytes", body: strings.Repeat("x", 4097), status: 413, reason: "PayloadTooLarge"},
		{name: "an endless payload", body: strings.Repeat("x", 1<<20), status: 413, reason: "PayloadTooLarge"},
		{name: "a dead device", path: device(deadToken), status: 410, reason: "Unregistered", timestamp: since},
		{name: "an expired token", path: device(expiredToken), status: 410, reason: "ExpiredToken", timestamp: since},
		{name: "a device of another topic", path: device(foreignToken), status: 400, reason: "DeviceTokenNotForTopic"},
		{name: "an alert to an app is accepted", app: true, path: device(appToken), header: h("apns-push-type", "alert")},
		{name: "a background push of priority 5 is accepted", app: true, path: device(appToken), header: h("apns-push-type", "background", "apns-priority", "5")},
		{name: "a background push of priority 10", app: true, path: device(appToken), header: h("apns-push-type", "background", "apns-priority", "10"), status: 400, reason: "BadPriority"},
		{name: "a certificate with several topics needs one named", app: true, path: device(appToken), header: h("apns-topic", ""), status: 400, reason: "MissingTopic"},
		{name: "an mdm push to an app", app: true, path: device(appToken), header: h("apns-push-type", "mdm"), status: 400, reason: "TopicDisallowed"},
		{name: "a topic that the certificate does not list", app: true, header: h("apns-topic", appTopic+".push-type.widgets"), status: 400, reason: "TopicDisallowed"},
		{name: "a voip push of 5120 bytes is accepted", app: true, path: device(voipToken), header: h("apns-topic", appTopic+".voip", "apns-push-type", "voip"), body: strings.Repeat("x", 5120)},
		{name: "a voip push of 5121 bytes", app: true, path: device(voipToken), header: h("apns-topic", appTopic+".voip"), body: strings.Repeat("x", 5121), status: 413, reason: "PayloadTooLarge"},
		{name: "a complication push reaches the app's own token", app: true, path: device(appToken), header: h("apns-topic", appTopic+".complication", "apns-push-type", "complication")},
	}
}

func TestAnswersWithTheReasonOfApplesTable(t *testing.T) {
	s, addr := start(t, func(c *Config) { c.Now = since })
	register(t, s)
	mdm, app := httpClient(t, mdmCert(t)), httpClient(t, appCert(t))
	for _, test := range pushCases() {
		t.Run(test.name, func(t *testing.T) {
			client := mdm
			if test.app {
				client = app
			}
			if test.method == "" {
				test.method = http.MethodPost
			}
			if test.path == "" {
				test.path = "/3/device/" + testToken
			}
			if test.status == 0 {
				test.status = 200
			}
			switch test.body {
			case "":
				test.body = testBody
			case "-":
				test.body = ""
			}
			checkAnswer(t, test, test.do(t, client, addr))
		})
	}
}

func checkAnswer(t *testing.T, test pushCase, resp reply) {
	t.Helper()
	body := resp.body
	if resp.ProtoMajor != 2 || resp.StatusCode != test.status {
		t.Fatalf("got %s %d %s, want status %d", resp.Proto, resp.StatusCode, body, test.status)
	}
	if id := resp.Header.Get("apns-id"); test.reason != reasonBadMessageID && id != testID {
		t.Errorf("apns-id %q is not echoed", id)
	}
	if test.reason == "" {
		if len(body) > 0 {
			t.Errorf("an accepted push has the body %q", body)
		}
		return
	}
	var got struct {
		Reason    Reason `json:"reason"`
		Timestamp int64  `json:"timestamp"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%q: %v", body, err)
	}
	if got.Reason != test.reason || got.Timestamp != test.timestamp || resp.Header.Get("content-type") != "application/json" {
		t.Errorf("got %s %s, want %s at %d", body, resp.Header.Get("content-type"), test.reason, test.timestamp)
	}
}

func TestRecordsAcceptedPushesOnly(t *testing.T) {
	s, addr := start(t, func(c *Config) { c.Now = since })
	register(t, s)
	client := httpClient(t, mdmCert(t))
	for i, body := range []string{testBody, `{"mdm":"a\"b","aps":{}}`, `not JSON`, `{"MDM":"x"}`} {
		id := fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
		test := pushCase{
			method: "POST", path: "/3/device/" + testToken, body: body, header: map[string]string{"apns-id": id},
		}
		if resp := test.do(t, client, addr); resp.StatusCode != 200 {
			t.Fatalf("%d %s", resp.StatusCode, resp.body)
		}
	}
	pushCase{method: "POST", path: "/3/device/" + deadToken, body: testBody}.do(t, client, addr)

	want := []Push{
		{Token: testToken, Topic: testTopic, PushMagic: "magic", APNsID: "00000000-0000-4000-8000-000000000000", At: since()},
		{Token: testToken, Topic: testTopic, PushMagic: `a"b`, APNsID: "00000000-0000-4000-8000-000000000001", At: since()},
		{Token: testToken, Topic: testTopic, APNsID: "00000000-0000-4000-8000-000000000002", At: since()},
		{Token: testToken, Topic: testTopic, APNsID: "00000000-0000-4000-8000-000000000003", At: since()},
	}
	got := s.Pushes()
	if len(got) != len(want) {
		t.Fatalf("recorded %d pushes, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("push %d:\n got %+v\nwant %+v", i, got[i], want[i])
		}
	}
}

func TestMakesAnUpperCaseIDWhereNoneWasSent(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	test := pushCase{
		method: "POST", path: "/3/device/" + testToken, body: testBody, header: map[string]string{"apns-id": ""},
	}
	resp := test.do(t, httpClient(t, mdmCert(t)), addr)
	id := resp.Header.Get("apns-id")
	if _, ok := canonicalUUID(id); !ok || id != strings.ToUpper(id) {
		t.Errorf("apns-id %q", id)
	}
	if got := s.Pushes(); len(got) != 1 || got[0].APNsID != id {
		t.Errorf("recorded %+v, answered %s", got, id)
	}
}

func TestAcceptsAndDropsAWrongTopicWhenAsked(t *testing.T) {
	s, addr := start(t, nil)
	register(t, s)
	if err := s.SetFaults(Faults{WrongTopic: wrongTopicAccept}); err != nil {
		t.Fatal(err)
	}
	test := pushCase{method: "POST", path: "/3/device/" + foreignToken, body: testBody}
	if resp := test.do(t, httpClient(t, mdmCert(t)), addr); resp.StatusCode != 200 {
		t.Errorf("got %d %s", resp.StatusCode, resp.body)
	}
	if got := s.Pushes(); len(got) != 0 {
		t.Errorf("the push was delivered: %+v", got)
	}
}

func TestAcceptsUnknownTokensWhenAsked(t *testing.T) {
	s, addr := start(t, func(c *Config) { c.AcceptAnyToken = true })
	test := pushCase{method: "POST", path: "/3/device/abcd", body: testBody}
	if resp := test.do(t, httpClient(t, mdmCert(t)), addr); resp.StatusCode != 200 {
		t.Errorf("got %d %s", resp.StatusCode, resp.body)
	}
	if got := s.Pushes(); len(got) != 1 || got[0].Token != "abcd" {
		t.Errorf("recorded %+v", got)
	}
}
