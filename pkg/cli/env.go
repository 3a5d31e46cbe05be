package cli

import (
	"context"
	"crypto/rsa"
	"maps"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/internal/actor"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
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
	// Disk, where it is set, is what the config file is written by way of: tests have some that fail.
	Disk state.Disk
	// NewKey and Work, where they are set, make keys and seal passphrases: tests have some ready, and little time.
	NewKey func() (*rsa.PrivateKey, error)
	Work   signing.Work
	// Trace, where it is set, is told every text with commands to copy, by its key and in
	// English: tests do as it says.
	Trace func(key, text string)

	// OnKept, where it is set, is called when something is done that stays, see [Env.Keep].
	OnKept func()

	// Retyped gives a command of a hint, from "apnsctl" on, the flags of this call that it has to have
	// too; nil where there are none.
	Retyped func(command string) string
	// Chained is the command as it was typed, for a file, to be given --chain.
	Chained func(file string) string
	// Led tells that another command leads through several: it says what comes next, and of a rehearsal.
	Led bool
	// OnTyped, where it is set, is told the passphrase that was typed: the next of several commands asks no more.
	OnTyped func(passphrase []byte)
	// Enrolled, where it is set, keeps for them that devices are enrolled, on a topic that nobody could tell.
	Enrolled *bool

	Msg    msg.Printer
	Global globals
	store  *state.Store
	loaded *lifecycle.State
	// Remarks are what has to be told besides, with the result of the command.
	Remarks []problem.Finding
	// completer opens the keys that further recipients wait for; nil where there are none.
	completer *signing.Opener
	// given is the one file that the command was given, for a hint about it.
	Given string
	// Many tells that the command was given several files: which is whose, only the person knows.
	Many bool
	// wanted is the command, such as "vendor-import", for a hint about what it wants.
	Wanted string
	// trustRoot is the file of --trust-root, for a hint about what it vouches for.
	trustRoot string
	// looked tells that the config file was read, or tried in vain, since it was changed.
	looked bool
	// failures are forms of output that show failures in their own way, see [Env.ShowFailure].
	failures map[string]Failure
	// inputs are the files that the command line asks to read.
	inputs []door
	// ifLost is what to say if the result of what was done is lost; nil as long as nothing was done.
	ifLost *problem.Error
	// streaming is the document that is being written element by element, if one is.
	streaming *document.Stream
	// helpErr is what cobra's help function cannot return.
	HelpErr error
}

// Program is the whole program: it runs a command line and returns its exit status.
type Program func(ctx context.Context, env *Env, args []string) (status int)

// Beside is the same outside world for another command line, with streams of its own.
func (e *Env) Beside(streams *term.Streams) *Env {
	return &Env{
		IO: streams, Now: e.Now, Getenv: e.Getenv, Build: e.Build,
		Disk: e.Disk, NewKey: e.NewKey, Work: e.Work, Trace: e.Trace, OnKept: e.OnKept,
	}
}

// globals are the flags that every command takes.
type globals struct {
	Config, Profile, Output string
	lang, actor             string
	noColor, Quiet, Verbose bool
	Version                 bool
}

// JSON tells whether the result is to be one JSON document.
func (e *Env) JSON() bool { return e.Global.Output == OutputJSON }

// GenerateKey makes a key pair.
func (e *Env) GenerateKey() (*rsa.PrivateKey, error) {
	if e.NewKey != nil {
		return e.NewKey()
	}
	return pushcert.GenerateKey()
}

// T returns a sentence in the person's language.
func (e *Env) T(key string, params problem.Params) string {
	text, ok := e.Msg.Lookup(key)
	if !ok {
		return key
	}
	return e.advise(key, text, params)
}

// advise fills a text whose commands are to be copied and run as they stand.
func (e *Env) advise(key, text string, params problem.Params) string {
	if strings.Contains(text, stepMark) {
		params = e.addressed(params)
	}
	filled := e.Configured(e.Msg.Fill(e.stepped(text, params), e.clocked(params)))
	if e.Trace != nil && strings.Contains(filled, commandMark) {
		en := e.English()
		en.Trace = nil
		e.Trace(key, en.T(key, params))
	}
	return filled
}

// clocked shows the dates of a certificate as the person's clock does. In JSON they stay
// RFC 3339 in UTC.
func (e *Env) clocked(params problem.Params) problem.Params {
	if e.JSON() {
		return params
	}
	shown := maps.Clone(params)
	for name, value := range shown {
		at, err := time.Parse(time.RFC3339, value)
		if err == nil && (strings.HasSuffix(name, "not_after") || strings.HasSuffix(name, "not_before")) {
			shown[name] = page.Local(at, e.Now().Location())
		}
	}
	return shown
}

// commandMark begins a line that is a command to copy.
const commandMark = "  apnsctl "

// Configured makes the commands of a sentence work on the config file that this one was
// given: a command that is copied has to find what was just changed. One that names a
// config file already means that one.
func (e *Env) Configured(text string) string {
	const flag = "--config "
	if e.Global.Config == "" && e.Retyped == nil || !strings.Contains(text, commandMark) {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, commandMark) {
			continue
		}
		if e.Retyped != nil {
			line = "  " + e.Retyped(strings.TrimSpace(line))
		}
		if e.Global.Config != "" && !strings.Contains(line, flag) {
			line = commandMark + flag + msg.Quote(msg.Clean(e.Global.Config)) + " " + strings.TrimPrefix(line, commandMark)
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}

// Runner is the work of a command: its options come in as the receiver.
type Runner[T any] func(context.Context, *T) error

// Or returns the runner, or the command's real work where a test gave none.
func (r Runner[T]) Or(work Runner[T]) Runner[T] {
	if r == nil {
		return work
	}
	return r
}

// Quoted shows arguments as a shell would need them.
func Quoted(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = msg.Quote(a)
	}
	return out
}

// Actor names who runs the command, for the history.
func (e *Env) Actor() string { return actor.Name(e.Global.actor, e.Getenv) }
