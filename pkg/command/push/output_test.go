package push

import (
	"encoding/json"
	"io"
	"net/url"
	"runtime"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

func TestPushesWithoutAnswerAreToldInWords(t *testing.T) {
	for lang, want := range map[msg.Lang][]string{
		msg.English:  {"No answer: 2\n  sending to apns.example was stopped", "Try later: 1\n"},
		msg.Japanese: {"応答なし: 2件\n", "後で再試行: 1件\n"},
	} {
		o := testPush(func(*pushOptions) {})
		o.Msg = msg.Printer{Lang: lang}
		r := newPushRecord(&pushJob{pushOptions: o, kind: &pushKind{}, endpoint: &url.URL{Host: "apns.example"}, identity: &pushIdentity{}})
		r.log = &pushJournal{}
		for _, result := range []*apns.Result{
			{Class: apns.Network, Err: problem.Say(problem.APNsUnreachable, "stopped", problem.Params{"host": "apns.example"})},
			{Class: apns.Network, Err: problem.Say(problem.APNsUnreachable, "stopped", problem.Params{"host": "apns.example"})},
			{Class: apns.Later, Err: problem.Say(problem.APNsProtocol, "goaway", problem.Params{"host": "apns.example", "detail": "NO_ERROR"})},
		} {
			if err := r.add(result); err != nil {
				t.Fatal(err)
			}
		}
		p := &cli.Page{Env: o.Env}
		r.job.text(p, pushView{Summary: summaryOf(r.counts, 0)}, r)
		got := p.B.String()
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
		most     = 16 << 20
	)
	out := &counted{}
	o := testPush(func(*pushOptions) {})
	o.Global.Output, o.IO.Out = cli.OutputJSON, out
	r := newPushRecord(&pushJob{pushOptions: o, endpoint: &url.URL{Host: "apns.example"}, identity: &pushIdentity{}})
	r.goOn(&pushJournal{})
	token := []byte(strings.Repeat("ab", 32))
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	highest := before.HeapAlloc
	for i := range int64(refusals) {
		result := apns.Result{Position: i, Token: token, Status: 410, Reason: "Unregistered", Timestamp: 1, Attempts: 1, Class: apns.Device}
		if err := r.add(&result); err != nil {
			t.Fatal(err)
		}
		if i%10_000 == 0 {
			runtime.ReadMemStats(&now)
			highest = max(highest, now.HeapAlloc)
		}
	}
	_ = r.job.report(r, 0, nil) // the verdict on the devices
	if grown := highest - before.HeapAlloc; grown > most || out.bytes < least {
		t.Errorf("%d bytes of JSON took %d bytes of memory", out.bytes, grown)
	}
	t.Logf("%d refusals, %d MiB of JSON: at most %d KiB of heap, garbage included", refusals, out.bytes>>20, (highest-before.HeapAlloc)>>10)
}

// What ends without an answer is not half an answer: rows that were never to be sent do not
// make it one, unless so many of them are told already that they cannot be taken back.
func TestRunsThatGetNowhereSaySo(t *testing.T) {
	unusable := &apns.Result{Class: apns.Device, Reason: reasonToken}
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
		o := testPush(func(*pushOptions) {})
		streams, out, _ := term.Test()
		o.IO, o.Global.Output = streams, cli.OutputJSON
		r := newPushRecord(&pushJob{pushOptions: o, endpoint: &url.URL{Host: "apns.example"}, identity: &pushIdentity{}})
		r.goOn(&pushJournal{})
		for range test.unusable {
			if err := r.take(unusable, &pushGroup{}, false); err != nil {
				t.Fatal(err)
			}
		}
		if test.answered {
			if err := r.add(answered); err != nil {
				t.Fatal(err)
			}
		}
		failed := problem.Say(problem.APNsUnreachable, "closed", problem.Params{"host": "apns.example"})
		if exit := o.Finish(t.Context(), r.job.report(r, 0, failed)); exit != problem.ExitNetwork {
			t.Errorf("%s: exit %d", name, exit)
		}
		var doc cli.Document
		decoder := json.NewDecoder(out)
		if err := decoder.Decode(&doc); err != nil || decoder.Decode(new(any)) != io.EOF {
			t.Fatalf("%s: no single document: %v", name, err)
		}
		if doc.OK != test.ok || (doc.Error != nil) == test.ok || (doc.Result != nil) != test.list {
			t.Errorf("%s: ok %v, error %v, result %v", name, doc.OK, doc.Error, doc.Result != nil)
		}
	}
}
