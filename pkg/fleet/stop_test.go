package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestRunsThatStop(t *testing.T) {
	refused := func() error {
		return problem.Say(problem.APNsRefused, "certificate", problem.Params{"host": "apns.example"})
	}
	answer := func(sink apns.Sink) error { return sink(&apns.Result{Status: 200, Class: apns.Accepted}) }
	for name, row := range map[string]struct {
		engine engine
		app    bool
		want   problem.Code
		topic  string // that the problem names
		sent   bool
	}{
		"nowhere": {engine: func(apns.Source, apns.Sink) error { return refused() }, want: problem.APNsRefused, topic: "ours"},
		"of an app": {
			engine: func(apns.Source, apns.Sink) error { return refused() }, app: true, want: problem.APNsRefused,
		},
		"after a row that cannot be sent": {
			engine: func(source apns.Source, _ apns.Sink) error { _ = source.Next(&apns.Push{}); return refused() }, want: problem.APNsRefused, topic: "ours",
		},
		"after an answer": {
			engine: func(_ apns.Source, sink apns.Sink) error { return errors.Join(answer(sink), refused()) }, want: problem.APNsRefused, topic: "ours", sent: true,
		},
		"for no reason of ours": {
			engine: func(apns.Source, apns.Sink) error { return errors.New("broken") }, want: problem.Internal,
		},
	} {
		run := runOf(t, "zz m\naa m\n", "")
		if row.app {
			run.Kind = &fleet.Kind{PushType: "alert"}
		}
		s, err := run.Do(t.Context(), row.engine)
		if err != nil || s.Stopped == nil {
			t.Fatalf("%s: %+v, %v", name, s, err)
		}
		if s.Stopped.Code != row.want || s.Stopped.Params["topic"] != row.topic || s.Sent != row.sent {
			t.Errorf("%s: %v, sent %v", name, s.Stopped, s.Sent)
		}
	}
}

// An interrupted run ends where it is, and not as if the input had ended.
func TestInterruptedRuns(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	run := runOf(t, "aa m\nbb m\n", "")
	s, err := run.Do(ctx, engine(func(source apns.Source, sink apns.Sink) error {
		return answers(nil)(source, func(r *apns.Result) error { cancel(); return sink(r) })
	}))
	if err != nil || s.Stopped == nil || s.Stopped.Code != problem.Interrupted || s.Counts != (fleet.Counts{Total: 1, Accepted: 1}) {
		t.Errorf("%+v, %v", s, err)
	}
}

// A row that the source still hands out after the end has no result.
func TestNothingIsCountedAfterTheEnd(t *testing.T) {
	var late apns.Source
	run := runOf(t, "aa m\nzz m\n", "")
	s, err := run.Do(t.Context(), engine(func(source apns.Source, _ apns.Sink) error {
		late = source
		return source.Next(&apns.Push{})
	}))
	if err != nil || s.Total != 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	_ = late.Next(&apns.Push{})
	if run.Counts() != (fleet.Counts{}) {
		t.Errorf("%+v", run.Counts())
	}
}

func TestOutputsThatFail(t *testing.T) {
	broken := errors.New("broken")
	for name, set := range map[string]func(*fleet.Run){
		"the journal": func(r *fleet.Run) { r.Journal = failing{broken} },
		"the lines":   func(r *fleet.Run) { r.Lines = failing{broken} },
	} {
		run := runOf(t, "aa m\n", "")
		set(run)
		if _, err := run.Do(t.Context(), answers(nil)); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	run := runOf(t, "zz\naa m\n", "")
	run.NotAccepted = func(*apns.Result) error { return broken }
	if s, err := run.Do(t.Context(), answers(nil)); err != nil || !errors.Is(s.Stopped, broken) || s.Total != 1 {
		t.Errorf("who is told: %+v, %v", s, err)
	}
}

// A server that never gives the same reason twice does not get more memory for it.
func TestGroupsAreBounded(t *testing.T) {
	all := map[string]apns.Result{}
	var text strings.Builder
	for i := range 1000 {
		token := fmt.Sprintf("%04x", i)
		fmt.Fprintf(&text, "%s m\n", token)
		all[token] = apns.Result{Status: 400, Reason: token, Class: apns.Device}
	}
	s, err := runOf(t, text.String(), "").Do(t.Context(), answers(all))
	if err != nil || s.Device != 1000 || len(s.Groups) > 100 {
		t.Errorf("%d groups of %d, %v", len(s.Groups), s.Device, err)
	}
}
