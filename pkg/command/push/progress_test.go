package push

import (
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

func TestProgressLine(t *testing.T) {
	counts := fleet.Counts{Total: 3000, Accepted: 1200}
	for _, row := range []struct {
		name  string
		lang  msg.Lang
		share float64
		took  time.Duration
		want  string
	}{
		{"at first", msg.English, 0.5, time.Second, "[##########          ]  50%  1200 of 3000 accepted by APNs"},
		{"later", msg.English, 0.25, 41 * time.Second, "[#####               ]  25%  1200 of 3000 accepted by APNs, about 2:03 left"},
		{"much later", msg.English, 0.01, 4 * time.Minute, "[                    ]   1%  1200 of 3000 accepted by APNs, about 6:36:00 left"},
		{"all is read", msg.English, 1, time.Minute, "[####################] 100%  1200 of 3000 accepted by APNs"},
		{"a pipe", msg.English, -1, time.Minute, "1200 of 3000 accepted by APNs"},
		{"in Japanese", msg.Japanese, 0.25, 41 * time.Second, "[#####               ]  25%  3000件中1200件をAPNsが受け付け済み、残り約2:03"},
	} {
		o := testPush(func(*pushOptions) {})
		o.Env.Msg = msg.Printer{Lang: row.lang}
		if got := o.progress(counts, row.share, row.took); got != row.want {
			t.Errorf("%s: %q", row.name, got)
		}
	}
}

// A person at a terminal sees how far a run is while it lasts, and nothing of that afterwards.
func TestProgressIsShownAndTakenAway(t *testing.T) {
	for _, row := range []struct{ tty, quiet, shown bool }{{true, false, true}, {true, true, false}, {false, false, false}} {
		o := testPush(func(o *pushOptions) { o.input.tokens = []string{"aa"} })
		o.IO.ErrTTY, o.Global.Quiet = row.tty, row.quiet
		var errs strings.Builder
		o.IO.Err = &errs
		wait := engine(func(apns.Source, apns.Sink) error {
			time.Sleep(3 * progressEvery)
			return nil
		})
		if err := pushBy(t, o, wait); err != nil {
			t.Fatal(err)
		}
		if shown := strings.Contains(errs.String(), "accepted by APNs"); shown != row.shown {
			t.Errorf("%+v: %q", row, errs.String())
		}
		if row.shown && !strings.HasSuffix(errs.String(), "\r") {
			t.Errorf("stays: %q", errs.String())
		}
	}
}
