package portal

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// pagePath begins the addresses of the page's buttons. They answer with pages, where those
// for scripts answer with JSON.
const pagePath = "/page/"

// pageView is what the page shows.
type pageView struct {
	Account      string
	Certificates []pageRow
	Issued       *pageRow // just made: the confirmation with its Download button
	Failure      *pageFailure
}

// pageRow is a certificate as the list shows it. A renewed one is shown once, by its newest
// issue; the earlier ones are named in its details.
type pageRow struct {
	Service, Vendor, Expires, Status, Notes string
	UID, CN, Serial, Created                string
	Earlier                                 []string
}

// pageFailure is Apple's message and what Apple would not have said.
type pageFailure struct {
	Message, Text, Reason string
}

// viewRow turns a row of the ledger into one of the page.
func viewRow(r row, now time.Time) pageRow {
	const date = "Jan 2, 2006" // as Apple's portal writes dates in English
	return pageRow{
		Service: "Mobile Device Management", Vendor: r.Vendor, Status: r.status(now), Notes: r.Notes,
		Expires: r.cert.NotAfter.Format(date), Created: r.cert.NotBefore.Format(date),
		UID: r.topic(), CN: r.cert.Subject.CommonName, Serial: r.serial(),
	}
}

// viewRows lists the newest certificate of each topic, newest first.
func viewRows(rows []row, now time.Time) []pageRow {
	var shown []pageRow
	at := map[string]int{} // topic to place
	for _, r := range slices.Backward(rows) {
		if place, seen := at[r.topic()]; seen {
			shown[place].Earlier = append(shown[place].Earlier, r.serial())
			continue
		}
		at[r.topic()] = len(shown)
		shown = append(shown, viewRow(r, now))
	}
	return shown
}

func (p *Portal) showPage(w http.ResponseWriter, r *http.Request) error {
	account, err := accountOf(r.URL.Query())
	if err != nil {
		return err
	}
	view := pageView{Account: account}
	if serial := r.URL.Query().Get("issued"); serial != "" {
		issued, err := p.ledger.find(account, serial)
		if err != nil {
			return err
		}
		shown := viewRow(issued, p.now())
		view.Issued = &shown
	}
	p.writePage(w, http.StatusOK, view)
	return nil
}

// writePage fills in the list and renders.
func (p *Portal) writePage(w http.ResponseWriter, status int, view pageView) {
	view.Certificates = viewRows(p.ledger.of(view.Account), p.now())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "+framing)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, view.html()) // a browser that has gone away is nobody's failure
}

func (p *Portal) pageCreate(w http.ResponseWriter, r *http.Request) error {
	return p.pageIssue(w, r, p.create)
}

func (p *Portal) pageRenew(w http.ResponseWriter, r *http.Request) error {
	return p.pageIssue(w, r, func(upload []byte, o order) (row, error) {
		return p.renew(r.PathValue("serial"), upload, o)
	})
}

// pageIssue takes the uploaded file to issue, and shows the confirmation or the refusal.
func (p *Portal) pageIssue(w http.ResponseWriter, r *http.Request, issue func([]byte, order) (row, error)) error {
	o, err := readOrder(r.URL.Query())
	if err != nil {
		return err
	}
	upload, err := readFormFile(r)
	if err != nil {
		return err
	}
	o.notes = r.PostFormValue("notes")
	made, err := issue(upload, o)
	if err != nil {
		p.showFailure(w, o.account, err)
		return nil
	}
	seeOther(w, r, url.Values{"account": {o.account}, "issued": {made.serial()}})
	return nil
}

func (p *Portal) pageRevoke(w http.ResponseWriter, r *http.Request) error {
	account, err := accountOf(r.URL.Query())
	if err != nil {
		return err
	}
	if err := p.ledger.revoke(account, r.PathValue("serial"), p.now()); err != nil {
		p.showFailure(w, account, err)
		return nil
	}
	seeOther(w, r, url.Values{"account": {account}})
	return nil
}

// readFormFile reads the field "request" of an upload form. No file chosen is an empty
// upload, about which the portal has its own words.
func readFormFile(r *http.Request) ([]byte, error) {
	if err := r.ParseMultipartForm(maxUpload); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return nil, err
		}
		return nil, BadRequest("this address takes the form of the page only")
	}
	file, _, err := r.FormFile("request")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	upload, err := io.ReadAll(file)
	return upload, errors.Join(err, file.Close())
}

// showFailure is the page with Apple's message on it.
func (p *Portal) showFailure(w http.ResponseWriter, account string, cause error) {
	status, body := explain(cause)
	failure := &pageFailure{Message: body.ErrorMessage, Text: body.ErrorDescription}
	if r, ok := errors.AsType[*refusal](cause); ok {
		failure.Reason = fmt.Sprintf("%s [%s]", r.flaw, r.sure)
		if r.cause != nil {
			failure.Reason += ": " + r.cause.Error()
		}
	}
	p.log.Printf("portal: refused: %v", cause)
	p.writePage(w, status, pageView{Account: account, Failure: failure})
}

// seeOther leads back to the list, so that reloading repeats nothing.
func seeOther(w http.ResponseWriter, r *http.Request, query url.Values) {
	http.Redirect(w, r, "/?"+query.Encode(), http.StatusSeeOther)
}
