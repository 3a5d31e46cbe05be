package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/internal/mask"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Verdict ends a command whose answer is printed already.
type Verdict struct{ Exit problem.Exit }

// Error implements error.
func (v Verdict) Error() string { return fmt.Sprintf("verdict %d", v.Exit) }

// Failure is how a form of output shows that a command could not do its work, and the exit status
// that its readers expect.
type Failure func(message string, exit problem.Exit) (string, problem.Exit)

// ShowFailure has a command show failures so in one form of its output.
func (e *Env) ShowFailure(command, output string, f Failure) {
	if e.failures == nil {
		e.failures = map[string]Failure{}
	}
	e.failures[command+" "+output] = f
}

// Finish reports err in the one way that the contract knows, and returns the status.
func (e *Env) Finish(ctx context.Context, err error) problem.Exit {
	if err == nil {
		e.completeAlone(ctx)
		return problem.ExitOK
	}
	if v, ok := errors.AsType[Verdict](err); ok {
		if ctx.Err() != nil {
			return problem.ExitInterrupted // the answer lacks what it was still waiting for
		}
		return v.Exit
	}
	p := cmp.Or(e.lostProblem(err), reason(ctx, err))
	view := e.ErrorView(p)
	switch many, _ := errors.AsType[*problem.Faults](err); {
	case many != nil && ctx.Err() == nil:
		e.complainAll(many)
		view.Refused = e.FaultViews(many.All)
	case e.Led && p.Key() == string(problem.Interrupted): // whoever leads says how to go on
	default:
		e.Complain(p)
	}
	if form, ok := e.failures[e.Wanted+" "+e.Global.Output]; ok {
		text, exit := form(e.Message(p), p.Exit())
		_ = e.WriteText(text) // where it is lost, the status alone tells
		return exit
	}
	return e.failed(p, view)
}

// failed shows a failure in JSON, if that was asked for, and returns the exit status.
func (e *Env) failed(p *problem.Error, view *document.ErrorView) problem.Exit {
	if e.JSON() && e.streaming != nil && e.streaming.Begun() {
		if err := e.streaming.Fail(view); err != nil {
			return problem.ExitUnexpected
		}
	} else if e.JSON() {
		if err := e.writeJSON(document.Envelope{OK: false, Error: view}); err != nil {
			return problem.ExitUnexpected
		}
	}
	return p.Exit()
}

// reason is the problem that ended a command. After a signal, that is the signal for whatever
// was still waiting.
func reason(ctx context.Context, err error) *problem.Error {
	p := problem.Of(err)
	waited, signal := errors.Is(err, context.Canceled) || errors.Is(err, os.ErrDeadlineExceeded), ctx.Err() != nil
	if p.Code == problem.Internal && (waited || signal) || p.Code != problem.Interrupted && waited && signal {
		return problem.New(problem.Interrupted, nil).Because(err)
	}
	if l, ok := errors.AsType[lostResult](err); ok && p.Code == problem.Internal {
		return problem.Say(problem.ResultLost, "output", problem.Params{"detail": l.Error()}).Because(err)
	}
	return p
}

// Complain writes the sentence and the next step for people.
func (e *Env) Complain(p *problem.Error) {
	e.Stderr(e.Message(p))
	if hint := e.Hint(p.Key(), p.Params); hint != "" {
		e.Stderr(e.T("output.hint", nil) + hint)
	}
	if e.Global.Verbose && p.Err != nil {
		e.Stderr(strings.ReplaceAll(term.Clean(mask.Keys(p.Err.Error())), "\n", "\n  ")) // no name in it begins a line
	}
}

// Warn tells of findings beside a result that is as it was asked for; with --quiet of no mere remarks.
func (e *Env) Warn(found ...problem.Finding) {
	for _, f := range found {
		if e.Global.Quiet && f.Severity == problem.Info {
			continue
		}
		e.Stderr(e.T("output.severity."+f.Severity.String(), nil) + ": " + string(f.Code) + ": " + e.Sentence(f.Key(), f.Params))
		if hint := e.Hint(f.Key(), f.Params); hint != "" && !e.Global.Quiet {
			e.Stderr(e.T("output.hint", nil) + hint)
		}
	}
}

// Stderr writes one remark for people, wrapped, in the program's name.
func (e *Env) Stderr(text string) {
	fmt.Fprintln(e.IO.Err, e.IO.Wrap("apnsctl: "+text, e.IO.Columns))
}

// NoteCreated tells that a profile was made, and under which name where none was given.
// Beside others that may be a slip: a renewal under a new name gives another topic.
func (e *Env) NoteCreated(profile, others, near string) {
	key := "profile-created"
	switch {
	case near != "":
		key = "profile-created-near"
	case others != "":
		key = "profile-created-beside"
	case e.ProfileName() == "":
		key = "profile-created-default"
	}
	e.Note(key, problem.Params{"profile": profile, "profiles": others, "near": near})
}

// NoteKept tells which authorities the config file has from now on.
func (e *Env) NoteKept(kept []string) {
	if len(kept) > 0 {
		e.Note("issuers-kept", problem.Params{"count": strconv.Itoa(len(kept)), "names": strings.Join(kept, ", ")})
	}
}

// Note tells something on standard error that is not the result, unless --quiet.
func (e *Env) Note(key string, params problem.Params) {
	if !e.Global.Quiet {
		e.Stderr(e.T("output."+key, params))
	}
}

// Keep remembers that something is done that stays, whatever becomes of the result, and what to
// say should that be lost from now on; the last time counts. A reader of the output that is gone is
// such a loss, and no longer the end of the process.
func (e *Env) Keep(ifLost *problem.Error) {
	e.ifLost = ifLost
	if e.OnKept != nil {
		e.OnKept()
	}
}

// lostResult is why a result could not be written.
type lostResult struct{ err error }

// Error implements error.
func (l lostResult) Error() string { return l.err.Error() }

// Unwrap implements the errors package's convention.
func (l lostResult) Unwrap() error { return l.err }

// ResultOut is the standard output for results that are written as they come.
func (e *Env) ResultOut() io.Writer { return resultOut{e.IO.Out} }

// resultOut marks what cannot be written as lost.
type resultOut struct{ io.Writer }

// Write writes a part of a result.
func (w resultOut) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	return n, lost(err)
}

// lost marks an error of writing a result; nil stays nil.
func lost(err error) error {
	if err == nil {
		return nil
	}
	return lostResult{err}
}

// lostProblem is what to say of an error that lost the result of what is kept; nil for others, such
// as a signal to one that waits for a reader.
func (e *Env) lostProblem(err error) *problem.Error {
	l, ok := errors.AsType[lostResult](err)
	if !ok || e.ifLost == nil || errors.Is(err, context.Canceled) {
		return nil
	}
	detail := l.err
	if p, ok := errors.AsType[*problem.Error](l.err); ok && p.Err != nil {
		detail = p.Err
	}
	e.ifLost.Params["detail"] = detail.Error()
	return e.ifLost.Because(l.err)
}
