package cli

import (
	"context"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Build is what the release build knows of itself; empty in a plain build.
type Build struct{ Version, Commit, Date string }

// Env is what the outside world looks like to a command. Package main builds the real
// one, tests and the demo build others.
type Env struct {
	IO     *term.Streams
	Now    func() time.Time
	Getenv func(string) string
	Build  Build

	msg    msg.Printer
	global globals
	store  *state.Store
	loaded *lifecycle.State
	// streaming is the document that is being written element by element, if one is.
	streaming *jsonStream
	// helpErr is what cobra's help function cannot return.
	helpErr error
}

// globals are the flags that every command takes.
type globals struct {
	config, profile, output, lang string
	noColor, quiet, verbose       bool
}

// json tells whether the result is to be one JSON document.
func (e *Env) json() bool { return e.global.output == outputJSON }

// T returns a sentence in the person's language.
func (e *Env) T(key string, params problem.Params) string { return e.configured(e.msg.T(key, params)) }

// configured makes the commands of a sentence work on the config file that this one was
// given: a command that is copied has to find what was just changed.
func (e *Env) configured(text string) string {
	const command = "  apnsctl "
	if e.global.config == "" {
		return text
	}
	return strings.ReplaceAll(text, command, command+"--config "+msg.Quote(e.global.config)+" ")
}

// runner is the work of a command: its options come in as the receiver.
type runner[T any] func(context.Context, *T) error

// or returns the runner, or the command's real work where a test gave none.
func (r runner[T]) or(work runner[T]) runner[T] {
	if r == nil {
		return work
	}
	return r
}
