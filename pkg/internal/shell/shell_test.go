//go:build !windows

package shell

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAnswer(t *testing.T) {
	var remarks bytes.Buffer
	got, err := Answer(t.Context(), `printf 'a  b\n'; echo aside >&2`, Options{Remarks: &remarks})
	if err != nil || string(got) != "a  b\n" || remarks.String() != "aside\n" {
		t.Errorf("%q, %v; beside it %q", got, err, &remarks)
	}
}

func TestAnswerHidesVariables(t *testing.T) {
	t.Setenv("APNSCTL_TEST_HIDDEN", "ours")
	t.Setenv("APNSCTL_TEST_SHOWN", "theirs")
	got, err := Answer(t.Context(), `echo "$APNSCTL_TEST_SHOWN$APNSCTL_TEST_HIDDEN"`, Options{Hidden: []string{"APNSCTL_TEST_HIDDEN"}})
	if err != nil || string(got) != "theirs\n" {
		t.Errorf("%q, %v", got, err)
	}
}

// What was said goes nowhere when the line fails.
func TestAnswerFails(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		line string
		want error
	}{
		{"echo hidden; exit 3", Failed{3}},
		{"no-such-program-of-ours", Failed{127}},
		{"yes hidden", ErrTooMuch},
		{"echo hidden; sleep 60", ErrTooLong},
	} {
		began := time.Now()
		got, err := Answer(t.Context(), row.line, Options{Patience: time.Second / 4})
		if !errors.Is(err, row.want) || got != nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %q, %v, want %v", row.line, got, err, row.want)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s took %s", row.line, took)
		}
	}
}

func TestAnswerEndsWithItsCommand(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Second/10, cancel)
	began := time.Now()
	if _, err := Answer(ctx, "sleep 60 | cat", Options{}); !errors.Is(err, context.Canceled) || time.Since(began) > 10*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

// What outlives the shell and holds its pipe does not hold us.
func TestAnswerLeavesChildrenBehind(t *testing.T) {
	t.Parallel()
	if got, err := Answer(t.Context(), "sleep 5 & echo said", Options{}); err != nil || string(got) != "said\n" {
		t.Errorf("%q, %v", got, err)
	}
}
