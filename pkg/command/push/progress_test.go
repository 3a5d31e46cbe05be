package push

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/msg"
)

func TestProgressLine(t *testing.T) {
	counts := fleet.Counts{Total: 1200, Accepted: 1200}
	for _, row := range []struct {
		name   string
		lang   msg.Lang
		share  float64
		took   time.Duration
		others int64
		want   string
	}{
		{"at first", msg.English, 0.5, time.Second, 0, "[##########          ]  50%  1200 accepted by APNs so far"},
		{"later", msg.English, 0.25, 41 * time.Second, 0, "[#####               ]  25%  1200 accepted by APNs so far, about 2:03 left"},
		{"much later", msg.English, 0.01, 4 * time.Minute, 0, "[                    ]   1%  1200 accepted by APNs so far, about 6:36:00 left"},
		{"all is read", msg.English, 1, time.Minute, 0, "[####################] 100%  1200 accepted by APNs so far"},
		{"some are refused", msg.English, 0.5, time.Second, 7, "[##########          ]  50%  1200 accepted by APNs so far, 7 not"},
		{"some are refused, in Japanese", msg.Japanese, -1, 0, 7, "APNsが受け付け済み: 1200件、受け付けなし: 7件"},
		{"a pipe", msg.English, -1, time.Minute, 0, "1200 accepted by APNs so far"},
		{"in Japanese", msg.Japanese, 0.25, 41 * time.Second, 0, "[#####               ]  25%  APNsが受け付け済み: 1200件、残り約2:03"},
	} {
		o := testPush(func(*pushOptions) {})
		counts.Total = counts.Accepted + row.others
		o.Env.Msg = msg.Printer{Lang: row.lang}
		if got := strings.Join(o.progress(counts, row.share, row.took), ""); got != row.want {
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

// The engine reads ahead: what counts is what was answered.
func TestProgressGoesByAnswers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(file, []byte(strings.Repeat(strings.Repeat("0a", 32)+"\n", 10)), 0o600); err != nil {
		t.Fatal(err)
	}
	o := testPush(func(o *pushOptions) { o.input = pushInputOptions{files: []string{file}, magic: "m"} })
	in, err := o.openInput()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	run := o.runOf(pushJob{&fleet.Kind{PushType: "mdm"}, &url.URL{Host: "apns.example"}, in, &pushIdentity{}})
	var seen []float64
	err = o.push(t.Context(), run, engine(func(source apns.Source, sink apns.Sink) error {
		seen = append(seen, in.share(run))
		for p := (apns.Push{}); source.Next(&p) == nil; {
		}
		for range 10 {
			seen = append(seen, in.share(run))
			if err := sink(&apns.Result{Status: 200, Class: apns.Accepted}); err != nil {
				return err
			}
		}
		seen = append(seen, in.share(run))
		return nil
	}), in)
	if want := []float64{0, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}; err != nil || !slices.Equal(seen, want) {
		t.Errorf("%v, %v, want %v", err, seen, want)
	}
}
