package cli

import (
	"context"
	"errors"
	"io"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

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
