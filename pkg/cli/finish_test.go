package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// After a signal the status is 130 for an answer that lacks what was still waited for, and for
// whatever broke because nothing waits any more; what a command had found out before stays.
func TestTheStatusAfterASignal(t *testing.T) {
	signalled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, row := range map[string]struct {
		err           error
		before, after problem.Exit
	}{
		"nothing":                {nil, 0, 0},
		"a verdict":              {Verdict{problem.ExitRefused}, 3, 130},
		"a wait that was ended":  {fmt.Errorf("x: %w", context.Canceled), 130, 130},
		"a write that was ended": {os.ErrDeadlineExceeded, 130, 130},
		"a question":             {problem.New(problem.Interrupted, nil), 130, 130},
		"a refusal":              {problem.New(problem.WrongRole, nil), 3, 3},
		"a refusal that waited":  {problem.New(problem.APNsUnreachable, nil).Because(context.Canceled), 8, 130},
		"what nobody knows":      {errors.New("x"), 1, 130},
	} {
		if got := testEnv(msg.English).Finish(t.Context(), row.err); got != row.before {
			t.Errorf("%s: %d without a signal, want %d", name, got, row.before)
		}
		if got := testEnv(msg.English).Finish(signalled, row.err); got != row.after {
			t.Errorf("%s: %d after a signal, want %d", name, got, row.after)
		}
	}
}
