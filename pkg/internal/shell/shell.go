package shell

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// The limits of an answer. A store may have to ask a person first.
const (
	most     = 64 << 10
	patience = 2 * time.Minute
	lastWait = time.Second // for pipes that a grandchild keeps open
)

// Failed is how a command went wrong; below zero a signal has ended it.
type Failed struct{ Status int }

// Error implements error.
func (f Failed) Error() string {
	if f.Status < 0 {
		return "ended by a signal"
	}
	return fmt.Sprintf("exit status %d", f.Status)
}

// The other ways in which a command can go wrong.
var (
	ErrTooMuch = errors.New("more than 64 KiB")
	ErrTooLong = errors.New("no end in time")
)

// Options are how a line is run. The zero value will do.
type Options struct {
	Remarks  io.Writer     // what it says besides; nil is nowhere
	Hidden   []string      // variables that it is not handed
	Patience time.Duration // how long it may take; zero is two minutes
}

// Answer runs a line and returns what it writes to its standard output. Its standard input is empty. It is
// killed when ctx ends.
func Answer(ctx context.Context, line string, o Options) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, cmp.Or(o.Patience, patience))
	defer cancel()
	name, flag := "/bin/sh", "-c"
	if runtime.GOOS == "windows" {
		name, flag = "cmd", "/c"
	}
	c := exec.CommandContext(limited, name, flag, line) //nolint:gosec // the line is the person's own
	out := &limit{stop: cancel}
	c.Stdout, c.Stderr, c.WaitDelay = out, o.Remarks, lastWait
	c.Env = slices.DeleteFunc(c.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(o.Hidden, name)
	})
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
