package push

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// testPush is push with options and an empty environment.
func testPush(set func(*pushOptions)) *pushOptions {
	streams, _, _ := term.Test()
	o := &pushOptions{Env: &cli.Env{IO: streams, Now: time.Now, Getenv: func(string) string { return "" }}}
	o.command = New(o.Env, nil)
	o.kind.expiration = time.Hour
	set(o)
	return o
}

func wantCode(t *testing.T, name string, err error, want problem.Code) {
	t.Helper()
	switch {
	case want == "" && err != nil, want != "" && err == nil:
		t.Errorf("%s: %v, want %q", name, err, want)
	case err != nil && problem.Of(err).Code != want:
		t.Errorf("%s: %v, want %q", name, err, want)
	}
}

func TestNewPush(t *testing.T) {
	for _, row := range []struct {
		name, args string
		want       pushOptions
		code       problem.Code
	}{
		{name: "nothing", want: pushOptions{kind: pushKindOptions{expiration: 7 * 24 * time.Hour}}},
		{
			name: "every flag",
			args: "--token a --token b --push-magic m --tokens-file f --tokens-file - --shard 1/2 --certificate c --key k " +
				"--file-password-file pf --p8 p --key-id i --team-id t --topic o --alert al --background --voip --payload pl " +
				"--expiration 30m --sandbox --endpoint e --port 2197 --ca-file ca --proxy px --connections 3 --rate 1.5 --dry-run " +
				"--results r --resume --force --allow-unregistered --passphrase-file pp --identity id",
			want: pushOptions{
				UnlockOptions: cli.UnlockOptions{PassphraseOptions: cli.PassphraseOptions{PassphraseFile: "pp"}, Identity: "id"},
				identity:      pushIdentityOptions{certificate: "c", key: "k", passwordFile: "pf", p8: "p", keyID: "i", teamID: "t", topic: "o"},
				kind:          pushKindOptions{alert: "al", payload: "pl", background: true, voip: true, expiration: 30 * time.Minute},
				route:         cli.RouteOptions{Sandbox: true, Endpoint: "e", Port: 2197, CaFile: "ca", Proxy: "px"},
				input:         pushInputOptions{tokens: []string{"a", "b"}, files: []string{"f", "-"}, magic: "m", shard: "1/2"},
				connections:   3, rate: 1.5,
				dryRun: true, resume: true, force: true, allowUnregistered: true, results: "r",
			},
		},
		{name: "a port that is none", args: "--port 70000", code: problem.Usage},
		{name: "an expiration without unit", args: "--expiration 7", code: problem.Usage},
		{name: "two arguments", args: "acme token", code: problem.Usage},
	} {
		t.Run(row.name, func(t *testing.T) {
			streams, _, _ := term.Test()
			env := &cli.Env{IO: streams, Getenv: func(string) string { return "" }}
			var got *pushOptions
			err := clitest.Parse(t, env, New(env, func(_ context.Context, o *pushOptions) error { got = o; return nil }), row.args)
			clitest.RequireCode(t, err, row.code)
			if row.code != "" {
				return
			}
			got.Env, got.command = nil, nil
			if got, want := fmt.Sprintf("%+v", *got), fmt.Sprintf("%+v", row.want); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestPushKinds(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good", ` {"aps":{"alert":"x"}} `)
	for _, c := range []struct {
		name       string
		set        func(*pushOptions)
		want, body string
		priority   int
		code       problem.Code
	}{
		{name: "MDM", set: func(*pushOptions) {}, want: "mdm", priority: 10},
		{name: "alert", set: func(o *pushOptions) { o.kind.alert = "hi" }, want: "alert", priority: 10, body: `{"aps":{"alert":"hi"}}`},
		{name: "background", set: func(o *pushOptions) { o.kind.background = true }, want: "background", priority: 5, body: `{"aps":{"content-available":1}}`},
		{name: "voip", set: func(o *pushOptions) { o.kind.voip = true }, want: "voip.voip", priority: 10, body: `{"aps":{}}`},
		{name: "payload", set: func(o *pushOptions) { o.kind.payload = good }, want: "alert", priority: 10, body: `{"aps":{"alert":"x"}}`},
		{name: "payload in the background", set: func(o *pushOptions) { o.kind.payload, o.kind.background = good, true }, want: "background", priority: 5, body: `{"aps":{"alert":"x"}}`},
		{name: "two kinds", set: func(o *pushOptions) { o.kind.background, o.kind.voip = true, true }, code: problem.Usage},
		{name: "alert with payload", set: func(o *pushOptions) { o.kind.alert, o.kind.payload = "hi", good }, code: problem.Usage},
		{name: "magic to an app", set: func(o *pushOptions) { o.kind.alert, o.input.magic = "hi", "m" }, code: problem.Usage},
		{name: "payload that is no JSON", set: func(o *pushOptions) { o.kind.payload = file("bad", "x") }, code: problem.Usage},
		{name: "payload that is a list", set: func(o *pushOptions) { o.kind.payload = file("list", "[]") }, code: problem.Usage},
		{name: "empty payload", set: func(o *pushOptions) { o.kind.payload = file("empty", "") }, code: problem.Usage},
		{name: "payload that is too large", set: func(o *pushOptions) { o.kind.alert = strings.Repeat("x", 4096) }, code: problem.Usage},
		{name: "no such payload", set: func(o *pushOptions) { o.kind.payload = filepath.Join(dir, "none") }, code: problem.InputUnreadable},
	} {
		k, err := testPush(c.set).kindOf()
		wantCode(t, c.name, err, c.code)
		if err == nil && (k.PushType+k.Suffix != c.want || k.Priority != c.priority || string(k.Body) != c.body) {
			t.Errorf("%s: got %s%s, priority %d, body %s", c.name, k.PushType, k.Suffix, k.Priority, k.Body)
		}
	}
}

func TestPushEndpoints(t *testing.T) {
	mdm, app := &fleet.Kind{PushType: "mdm"}, &fleet.Kind{PushType: "alert"}
	for _, c := range []struct {
		name  string
		kind  *fleet.Kind
		route cli.RouteOptions
		force bool
		want  string
		code  problem.Code
	}{
		{name: "Apple's", kind: mdm, want: "https://api.push.apple.com"},
		{name: "the other port", kind: mdm, route: cli.RouteOptions{Port: 2197}, want: "https://api.push.apple.com:2197"},
		{name: "sandbox for an app", kind: app, route: cli.RouteOptions{Sandbox: true}, want: "https://api.sandbox.push.apple.com"},
		{name: "sandbox for MDM", kind: mdm, route: cli.RouteOptions{Sandbox: true}, code: problem.Usage},
		{name: "sandbox insisted on", kind: mdm, route: cli.RouteOptions{Sandbox: true}, force: true, want: "https://api.sandbox.push.apple.com"},
		{name: "one's own", kind: mdm, route: cli.RouteOptions{Endpoint: "https://[::1]", Port: 443}, want: "https://[::1]:443"},
		{name: "two ports", kind: mdm, route: cli.RouteOptions{Endpoint: "https://a:1", Port: 2}, code: problem.Usage},
		{name: "two endpoints", kind: app, route: cli.RouteOptions{Endpoint: "https://a", Sandbox: true}, code: problem.Usage},
		{name: "no address", kind: mdm, route: cli.RouteOptions{Endpoint: ":"}, code: problem.Usage},
	} {
		u, err := testPush(func(o *pushOptions) { o.route, o.force = c.route, c.force }).endpointFor(c.kind)
		wantCode(t, c.name, err, c.code)
		if err == nil && u.String() != c.want {
			t.Errorf("%s: %s, want %s", c.name, u, c.want)
		}
	}
}

func TestPushExits(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts fleet.Counts
		allow  bool
		want   problem.Exit
	}{
		{"all accepted", fleet.Counts{Accepted: 3}, false, problem.ExitOK},
		{"a device refused", fleet.Counts{Accepted: 3, Device: 1, Network: 1}, false, problem.ExitAPNs},
		{"a credential refused", fleet.Counts{Credential: 1}, true, problem.ExitAPNs},
		{"later", fleet.Counts{Accepted: 3, Later: 1}, false, problem.ExitNetwork},
		{"no answer", fleet.Counts{Network: 1}, false, problem.ExitNetwork},
		{"gone", fleet.Counts{Device: 2, Unregistered: 2}, false, problem.ExitAPNs},
		{"gone and allowed", fleet.Counts{Device: 2, Unregistered: 2}, true, problem.ExitOK},
		{"gone and allowed, and another", fleet.Counts{Device: 3, Unregistered: 2}, true, problem.ExitAPNs},
		{"gone and allowed, and one late", fleet.Counts{Device: 2, Unregistered: 2, Later: 1}, true, problem.ExitNetwork},
	} {
		if got := exitOf(c.counts, c.allow); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestPushIdentityFromFiles(t *testing.T) {
	const samples = "../../../testdata/pushcert/"
	mdm, app := &fleet.Kind{PushType: "mdm"}, &fleet.Kind{PushType: "alert"}
	for _, c := range []struct {
		name, certificate, key string
		kind                   *fleet.Kind
		code                   problem.Code
	}{
		{"an app's for MDM", "certificate/app-push.pem", "", mdm, problem.KeyMissing},
		{"no certificate", "csr/rsa.pem", "", mdm, problem.WrongRole},
		{"another key", "certificate/mdm-push.pem", "key/AuthKey_ABC123.p8", mdm, problem.KeyMismatch},
		{"no key", "certificate/mdm-push.pem", "", app, problem.KeyMissing},
	} {
		o := testPush(func(o *pushOptions) {
			o.identity.certificate = samples + c.certificate
			if c.key != "" {
				o.identity.key = samples + c.key
			}
		})
		_, err := o.identify(t.Context(), c.kind)
		wantCode(t, c.name, err, c.code)
	}
}

func TestTopics(t *testing.T) {
	read := func(name string) *pushcert.Certificate { return sampleLeaf(t, name) }
	app, mdm, calls := read("app-push.pem"), read("mdm-push.pem"), read("voip-push.pem")
	for _, c := range []struct {
		name, asked, want string
		leaf              *pushcert.Certificate
		kind              fleet.Kind
		code              problem.Code
	}{
		{name: "MDM", leaf: mdm, kind: fleet.Kind{PushType: "mdm"}, want: mdm.Topic()},
		{name: "MDM, the same asked", asked: mdm.Topic(), leaf: mdm, kind: fleet.Kind{PushType: "mdm"}, want: mdm.Topic()},
		{name: "MDM, another asked", asked: "com.apple.mgmt.External.x", leaf: mdm, kind: fleet.Kind{PushType: "mdm"}, code: problem.TopicMismatch},
		{name: "app", leaf: app, want: app.Topic()},
		{name: "app, for calls", leaf: app, kind: fleet.Kind{Suffix: ".voip"}, want: app.Topic() + ".voip"},
		{name: "calls", leaf: calls, kind: fleet.Kind{Suffix: ".voip"}, want: calls.Topic()},
		{name: "an alert to calls", leaf: calls, kind: fleet.Kind{PushType: "alert"}, want: calls.Topic(), code: problem.Usage},
		{name: "an alert to calls, asked", asked: calls.Topic(), leaf: calls, kind: fleet.Kind{PushType: "alert"}, want: calls.Topic(), code: problem.Usage},
		{name: "app, another asked", asked: "com.example.none", leaf: app, code: problem.TopicMismatch},
	} {
		got, err := c.kind.Topic(c.leaf.Topics(), c.asked)
		wantCode(t, c.name, err, c.code)
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, kind := range []*fleet.Kind{{PushType: "mdm"}, {PushType: "alert"}} {
		o := testPush(func(o *pushOptions) { o.Env.Now = func() time.Time { return app.X509.NotBefore } })
		wrong := map[bool]*pushcert.Certificate{true: app, false: mdm}[kind.MDM()]
		wantCode(t, kind.PushType, o.fits(t.Context(), wrong, kind), problem.WrongRole)
	}
}

func TestEveryReasonHasItsWords(t *testing.T) {
	names := []string{fleet.MalformedToken, fleet.MissingMagic, fleet.OtherTopic, "unknown"}
	for _, r := range apns.Reasons() {
		names = append(names, r.Name)
	}
	if len(names) < 36 {
		t.Fatalf("there are %d reasons", len(names))
	}
	for _, lang := range []msg.Lang{msg.English, msg.Japanese} {
		for _, name := range names {
			for _, part := range []string{".text", ".advice"} {
				if text, ok := (msg.Printer{Lang: lang}).Lookup("push.reason." + name + part); !ok || text == "" {
					t.Errorf("%s: push.reason.%s%s is missing", lang, name, part)
				}
			}
		}
	}
}

// The devices of an app were never enrolled, and a provider key is no certificate: no reason is told to whoever
// pushes to an app in words that are true of MDM alone.
func TestAnAppIsNotAdvisedAsAFleet(t *testing.T) {
	app := func(o *pushOptions) { o.kind.alert, o.Given = "hello", "app.pem" }
	p8 := func(o *pushOptions) { o.kind.alert, o.identity.p8 = "hello", "k.p8" }
	apart := 0
	for _, r := range append(apns.Reasons(), apns.Reason{Name: fleet.MalformedToken}, apns.Reason{Name: fleet.OtherTopic}, apns.Reason{Name: "New"}) {
		told := func(set func(*pushOptions)) string {
			meaning, advice := testPush(set).reasonText(&fleet.Group{Refusal: fleet.Refusal{Reason: r.Name}})
			return meaning + " " + advice
		}
		for name, words := range map[string]string{"an app": told(app), "a provider key": told(p8)} {
			if found := regexp.MustCompile(`MDM|Create|TokenUpdate's|latest TokenUpdate|enrol|apnsctl (verify|portal|import)`).FindString(words); found != "" && r.Name != fleet.OtherTopic {
				t.Errorf("%s: %s is told %q", r.Name, name, words)
			}
		}
		if found := regexp.MustCompile(`the certificate`).FindString(told(p8)); found != "" && !strings.Contains(r.Name, "Certificate") && r.Name != fleet.OtherTopic {
			t.Errorf("%s: a provider key is told %q", r.Name, told(p8))
		}
		if told(app) != told(func(*pushOptions) {}) {
			apart++
		}
	}
	if apart < 12 {
		t.Errorf("%d reasons have words for an app", apart)
	}
}

func TestMask(t *testing.T) {
	for token, want := range map[string]string{"": "…", "0123456789abcde": "…", "0123456789abcdef": "0123…cdef"} {
		if got := mask(token); got != want {
			t.Errorf("%q is shown as %q", token, got)
		}
	}
}
