package push

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// engine is a [fleet.Engine] that gives the results that a test wants.
type engine func(apns.Source, apns.Sink) error

func (e engine) Run(_ context.Context, _ apns.Notification, source apns.Source, sink apns.Sink) (apns.Summary, error) {
	return apns.Summary{}, e(source, sink)
}

// pushBy pushes by an engine what the options say, as MDM.
func pushBy(t *testing.T, o *pushOptions, e engine) error {
	t.Helper()
	in, err := o.openInput()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	run := o.runOf(pushJob{&fleet.Kind{PushType: "mdm"}, &url.URL{Host: "apns.example"}, in, &pushIdentity{}})
	return o.push(t.Context(), run, e, in)
}

func TestPushesWithoutAnswerAreToldInWords(t *testing.T) {
	for lang, want := range map[msg.Lang][]string{
		msg.English:  {"No answer: 2\n  sending to apns.example was stopped", "Try later: 1\n"},
		msg.Japanese: {"応答なし: 2件\n", "後で再試行: 1件\n"},
	} {
		o := testPush(func(o *pushOptions) { o.input.tokens = []string{"aa"} })
		streams, out, _ := term.Test()
		o.IO, o.Msg = streams, msg.Printer{Lang: lang}
		err := pushBy(t, o, func(_ apns.Source, sink apns.Sink) (err error) {
			for _, result := range []*apns.Result{
				{Class: apns.Network, Err: problem.Say(problem.APNsUnreachable, "stopped", problem.Params{"host": "apns.example"})},
				{Class: apns.Network, Err: problem.Say(problem.APNsUnreachable, "stopped", problem.Params{"host": "apns.example"})},
				{Class: apns.Later, Err: problem.Say(problem.APNsProtocol, "goaway", problem.Params{"host": "apns.example", "detail": "NO_ERROR"})},
			} {
				err = errors.Join(err, sink(result))
			}
			return err
		})
		if verdict, ok := errors.AsType[cli.Verdict](err); !ok || verdict.Exit != problem.ExitNetwork {
			t.Fatal(err)
		}
		got := out.String()
		for _, text := range want {
			if !strings.Contains(got, text) {
				t.Errorf("%s: no %q in\n%s", lang, text, got)
			}
		}
		if strings.Contains(got, "apns-") {
			t.Errorf("%s: a code is told\n%s", lang, got)
		}
	}
}

// counted is where JSON goes; nobody keeps it.
type counted struct{ bytes int64 }

func (c *counted) Write(p []byte) (int, error) {
	c.bytes += int64(len(p))
	return len(p), nil
}

// A fleet that is refused as a whole takes no more memory than one that is accepted: the
// list goes out as the answers come.
func TestRefusalsInJSONAreNotGathered(t *testing.T) {
	const (
		refusals = 400_000
		least    = 80 << 20 // of JSON, all of which would be in memory
		most     = 32 << 20
	)
	out := &counted{}
	o := testPush(func(o *pushOptions) { o.input.tokens = []string{"aa"} })
	o.Global.Output, o.IO.Out = cli.OutputJSON, out
	token := []byte(strings.Repeat("ab", 32))
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	highest := before.HeapAlloc
	err := pushBy(t, o, func(_ apns.Source, sink apns.Sink) error {
		for i := range int64(refusals) {
			result := apns.Result{Position: i, Token: token, Status: 410, Reason: "Unregistered", Timestamp: 1, Attempts: 1, Class: apns.Device}
			if err := sink(&result); err != nil {
				return err
			}
			if i%10_000 == 0 {
				runtime.ReadMemStats(&now)
				highest = max(highest, now.HeapAlloc)
			}
		}
		return nil
	})
	if verdict, ok := errors.AsType[cli.Verdict](err); !ok || verdict.Exit != problem.ExitAPNs {
		t.Fatal(err)
	}
	if grown := highest - before.HeapAlloc; grown > most || out.bytes < least {
		t.Errorf("%d bytes of JSON took %d bytes of memory", out.bytes, grown)
	}
	t.Logf("%d refusals, %d MiB of JSON: at most %d KiB of heap, garbage included", refusals, out.bytes>>20, (highest-before.HeapAlloc)>>10)
}

// What ends without an answer is not half an answer: rows that were never to be sent do not
// make it one, unless so many of them are told already that they cannot be taken back.
func TestRunsThatGetNowhereSaySo(t *testing.T) {
	const row = "zz m\n"
	answered := &apns.Result{Class: apns.Device, Reason: "BadDeviceToken", Status: 400}
	for name, test := range map[string]struct {
		unusable int
		answered bool
		ok       bool
		list     bool
	}{
		"nothing":                       {},
		"an unusable row":               {unusable: 1},
		"many":                          {unusable: 100},
		"more than can be held back":    {unusable: 10_000, list: true},
		"an answer":                     {answered: true, ok: true, list: true},
		"an unusable row and an answer": {unusable: 1, answered: true, ok: true, list: true},
	} {
		o := testPush(func(o *pushOptions) {
			o.input = pushInputOptions{tokens: []string{"aa"}, files: []string{disk.Stdio}, magic: "m"}
		})
		streams, out, _ := term.Test()
		streams.In = strings.NewReader(strings.Repeat(row, test.unusable))
		o.IO, o.Global.Output = streams, cli.OutputJSON
		err := pushBy(t, o, func(source apns.Source, sink apns.Sink) error {
			for p := (apns.Push{}); source.Next(&p) == nil; {
			}
			if test.answered {
				if err := sink(answered); err != nil {
					return err
				}
			}
			return problem.Say(problem.APNsUnreachable, "closed", problem.Params{"host": "apns.example"})
		})
		if exit := o.Finish(t.Context(), err); exit != problem.ExitNetwork {
			t.Errorf("%s: exit %d", name, exit)
		}
		var doc document.Envelope
		decoder := json.NewDecoder(out)
		if err := decoder.Decode(&doc); err != nil || decoder.Decode(new(any)) != io.EOF {
			t.Fatalf("%s: no single document: %v", name, err)
		}
		if doc.OK != test.ok || (doc.Error != nil) == test.ok || (doc.Result != nil) != test.list {
			t.Errorf("%s: ok %v, error %v, result %v", name, doc.OK, doc.Error, doc.Result != nil)
		}
	}
}
