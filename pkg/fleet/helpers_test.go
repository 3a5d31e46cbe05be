package fleet_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// engine is a [fleet.Engine] that does what a test wants.
type engine func(apns.Source, apns.Sink) error

func (e engine) Run(_ context.Context, _ apns.Notification, source apns.Source, sink apns.Sink) (apns.Summary, error) {
	return apns.Summary{}, e(source, sink)
}

// answers is an engine that accepts every push but those of which it has another answer.
func answers(by map[string]apns.Result) engine {
	return func(source apns.Source, sink apns.Sink) error {
		var p apns.Push
		for {
			switch err := source.Next(&p); {
			case errors.Is(err, io.EOF):
				return nil
			case err != nil:
				return err
			}
			result, other := by[string(p.Token)]
			if !other {
				result = apns.Result{Status: 200, Class: apns.Accepted}
			}
			result.Position, result.Token, result.ID, result.Attempts = p.Position, p.Token, p.ID, 1
			if err := sink(&result); err != nil {
				return err
			}
		}
	}
}

// file is a file of the input.
func file(name, text string) fleet.File {
	return fleet.File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// runOf is a run of MDM over a text as the file in.
func runOf(t testing.TB, text, shard string) *fleet.Run {
	t.Helper()
	part, err := fleet.ParseShard(shard)
	if err != nil {
		t.Fatal(err)
	}
	in, err := fleet.NewInput(nil, []fleet.File{file("in", text)}, part)
	if err != nil {
		t.Fatal(err)
	}
	return &fleet.Run{
		Input: in, Kind: &fleet.Kind{PushType: "mdm"}, Note: apns.Notification{Topic: "ours"}, Host: "apns.example",
		ID: apns.ID{1}, Hash: "sum",
	}
}

// key is the key of the problem within an error; empty if there is none.
func key(err error) string {
	if err == nil {
		return ""
	}
	return problem.Of(err).Key()
}
