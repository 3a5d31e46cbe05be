package cli

import (
	"time"

	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Page is the text of a result, and the world that the command is in.
type Page struct {
	page.Page

	Env *Env
}

// NewPage is a page with nothing on it, as the flags want it.
func (e *Env) NewPage() *Page {
	return &Page{page.Page{Words: e, IO: e.IO, Quiet: e.Global.Quiet, Verbose: e.Global.Verbose, Led: e.Led}, e}
}

func (e *Env) facts() page.Facts { return page.Facts{Words: e, Now: e.Now()} }

// Stamp shows a time to a person: UTC, and what their clock shows.
func (e *Env) Stamp(t time.Time) string { return e.facts().Stamp(t) }

// Days says how many whole days are left.
func (e *Env) Days(n int) string { return e.facts().Days(n) }

// CertificateFields are the facts of a certificate for a person.
func (e *Env) CertificateFields(c *pushcert.Certificate) []page.Field {
	return e.facts().Certificate(c)
}

// CertificateFacts are those of the fields that decide what is done today; with --verbose all.
func (e *Env) CertificateFacts(c *pushcert.Certificate) []page.Field {
	if e.Global.Verbose {
		return e.CertificateFields(c)
	}
	return e.facts().CertificateToday(c)
}

// TokenFields are the facts of a token for a person; a zero end is not known.
func (e *Env) TokenFields(name string, end time.Time) []page.Field { return e.facts().Token(name, end) }
