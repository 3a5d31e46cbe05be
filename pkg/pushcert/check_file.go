package pushcert

import (
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Check says what is wrong with a file as what it is, by itself: a certificate by its form, dates and
// issuer, a token by its date, a request as Apple would. What else the file holds may
// serve as intermediates. [File.Findings] are not repeated.
func (f *File) Check(now time.Time, p Policy, t *Trust) []problem.Finding {
	switch leaf := f.Leaf(); {
	case f.Request != nil:
		return CheckRequest(f.Request, now, t)
	case leaf != nil:
		return slices.Concat(CheckForm(leaf), CheckDates(leaf, now, p), t.checkIssuer(leaf, now, f.Certificates[1:]...))
	case f.CSR != nil:
		return f.CSR.Check()
	case len(f.Keys) > 0:
		return f.Keys[0].Check()
	}
	if end := f.tokenEnd(); !end.IsZero() {
		return CheckToken(f.Role, end, now, p)
	}
	return nil
}

// tokenEnd is the last valid second of a token; zero where the file does not tell.
func (f *File) tokenEnd() time.Time {
	switch {
	case f.ADE != nil:
		return f.ADE.Expires
	case f.Content != nil:
		return f.Content.Expires
	}
	return time.Time{}
}
