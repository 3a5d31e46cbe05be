package problem

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Params are the values that a sentence names: topics, dates, paths. They are
// never sentences and never secrets.
type Params map[string]string

// Error is a fault that stops a command.
type Error struct {
	Code Code
	// Text names the sentence when one code has several ("usage" has many);
	// empty means the code's own sentence.
	Text   string
	Params Params
	// Walked tells that the error is about a file that nobody named: it lies in a folder, or fits a pattern.
	Walked bool
	// Err is the cause, if there is one. It is for the log, not for the sentence.
	Err error
}

// New makes an error with the code's own sentence.
func New(code Code, params Params) *Error { return &Error{Code: code, Params: params} }

// Say makes an error with a sentence of its own, "code.variant" in the catalogues.
func Say(code Code, variant string, params Params) *Error {
	return &Error{Code: code, Text: string(code) + "." + variant, Params: params}
}

// Because adds the cause.
func (e *Error) Because(err error) *Error {
	e.Err = err
	return e
}

// About returns the error with a value that it does not name itself, such as the file
// that it is about.
func (e *Error) About(name, value string) *Error {
	about := *e
	about.Params = withDefault(e.Params, name, value)
	return &about
}

// withDefault is params with a value for name, where it has none.
func withDefault(params Params, name, value string) Params {
	if params[name] != "" {
		return params
	}
	complete := Params{}
	maps.Copy(complete, params)
	complete[name] = value
	return complete
}

// Exit is the exit status that the error leads to. A file that nobody named leaves nothing to mend in the
// command.
func (e *Error) Exit() Exit {
	if exit := e.Code.Exit(); exit != ExitUsage || !e.Walked {
		return exit
	}
	return ExitRefused
}

// Finding is what the error comes to where it does not end the command, see [Finding.Err].
func (e *Error) Finding(s Severity) Finding {
	return Finding{Code: e.Code, Severity: s, Text: e.Text, Params: e.Params}
}

// Key is the catalogue key of the error's sentence.
func (e *Error) Key() string {
	if e.Text != "" {
		return e.Text
	}
	return string(e.Code)
}

// Error names the code and values for logs; people read the catalogue's sentence.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Key())
	for _, k := range slices.Sorted(maps.Keys(e.Params)) {
		b.WriteString(" " + k + "=" + e.Params[k])
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Of returns the problem within err, or an [Internal] one around it; nil for none.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[*Error](err); ok {
		return p
	}
	return New(Internal, Params{"detail": err.Error()}).Because(err)
}
