package cli

import (
	"net/url"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestPushesWithoutAnswerAreToldInWords(t *testing.T) {
	for lang, want := range map[msg.Lang][]string{
		msg.English:  {"No answer: 2\n  sending to apns.example was stopped", "Try later: 1\n"},
		msg.Japanese: {"応答なし: 2件\n", "後で再試行: 1件\n"},
	} {
		o := testPush(func(*pushOptions) {})
		o.msg = msg.Printer{Lang: lang}
		r := newPushRecord(&pushJob{pushOptions: o, endpoint: &url.URL{Host: "apns.example"}})
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
		p := &page{env: o.Env}
		r.job.text(p, pushView{Summary: summaryOf(r.counts, 0)}, r)
		got := p.b.String()
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
