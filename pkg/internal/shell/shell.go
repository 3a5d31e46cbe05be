package shell

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"time"
)

// The limits of an answer. A store may have to ask a person first.
const (
	most     = 64 << 10
	longest  = 2 * time.Minute
	lastWait = time.Second // for pipes that a grandchild keeps open
)

// Failed is how a command went wrong.
type Failed struct{ Status int }

// Error implements error.
func (f Failed) Error() string { return fmt.Sprintf("exit status %d", f.Status) }

// The other ways in which a command can go wrong.
var (
	ErrTooMuch = errors.New("more than 64 KiB")
	ErrTooLong = errors.New("no end in time")
)

// Answer runs a line and returns what it writes to its standard output. What it says besides goes to
// remarks, nowhere if that is nil; its standard input is empty. It is killed when ctx ends.
func Answer(ctx context.Context, line string, remarks io.Writer) ([]byte, error) {
	return answer(ctx, line, remarks, longest)
}

func answer(ctx context.Context, line string, remarks io.Writer, longest time.Duration) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	name, flag := "/bin/sh", "-c"
	if runtime.GOOS == "windows" {
		name, flag = "cmd", "/c"
	}
	c := exec.CommandContext(limited, name, flag, line) //nolint:gosec // the line is the person's own
	out := &limit{stop: cancel}
	c.Stdout, c.Stderr, c.WaitDelay = out, remarks, lastWait
	err := c.Run()
	exit, failed := errors.AsType[*exec.ExitError](err)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case out.over:
		return nil, ErrTooMuch
	case limited.Err() != nil:
		return nil, ErrTooLong
	case failed:
		return nil, Failed{exit.ExitCode()}
	case errors.Is(err, exec.ErrWaitDelay): // it has ended well, and left a child behind
		err = nil
	}
	return out.text.Bytes(), err
}

// limit is a buffer that stops the program when it is full.
type limit struct {
	text bytes.Buffer // not embedded: its ReadFrom knows no limit
	stop func()
	over bool
}

// Write implements [io.Writer].
func (l *limit) Write(p []byte) (int, error) {
	if l.text.Len()+len(p) > most {
		l.over = true
		l.stop()
		return 0, ErrTooMuch
	}
	return l.text.Write(p)
}
