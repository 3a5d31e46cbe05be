package portal

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// maxUpload bounds every body. A request with its chain has 6 to 8 kB; how much more than that
// Apple takes is not known [U].
const maxUpload = 16 << 20

// HandlerFunc is an http.HandlerFunc that may fail; serve writes its error.
type HandlerFunc func(w http.ResponseWriter, r *http.Request) error

// Handler is the portal for scripts, the page for people, and what else shall stand beside them.
func (p *Portal) Handler(beside map[string]HandlerFunc) http.Handler {
	patterns := map[string]HandlerFunc{
		"POST /vendor-certificates":            p.postVendor,
		"POST /certificates":                   p.postCertificate,
		"GET /certificates":                    p.listCertificates,
		"GET /certificates/{serial}":           p.getCertificate,
		"POST /certificates/{serial}/renew":    p.renewCertificate,
		"POST /certificates/{serial}/revoke":   p.revokeCertificate,
		"GET " + RevokedPath:                   p.getRevoked,
		"GET /{$}":                             p.showPage,
		"POST " + pagePath + "create":          p.pageCreate,
		"POST " + pagePath + "renew/{serial}":  p.pageRenew,
		"POST " + pagePath + "revoke/{serial}": p.pageRevoke,
		"/":                                    notFound,
	}
	maps.Copy(patterns, beside)
	mux := http.NewServeMux()
	for pattern, h := range patterns {
		mux.HandleFunc(pattern, p.serve(h))
	}
	// Another page open in the same browser must not press the buttons of this one.
	return unframed(p.loopbackOnly(http.NewCrossOriginProtection().Handler(mux)))
}

// framing forbids every page to show this one within it, where a click on that page would press a
// button of this one.
const framing = "frame-ancestors 'none'"

// unframed says so of every answer, in the old words and in the new.
func unframed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", framing)
		next.ServeHTTP(w, r)
	})
}

// loopbackOnly refuses calls for any other host. A page whose name was pointed at this
// machine after it was loaded (DNS rebinding) has its own name in them.
func (p *Portal) loopbackOnly(next http.Handler) http.Handler {
	elsewhere := p.serve(func(http.ResponseWriter, *http.Request) error {
		return statusError{http.StatusMisdirectedRequest, "the simulator answers to loopback addresses and localhost only"}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := (&url.URL{Host: r.Host}).Hostname()
		if address, err := netip.ParseAddr(name); err == nil && address.IsLoopback() || strings.EqualFold(name, "localhost") {
			next.ServeHTTP(w, r)
			return
		}
		elsewhere(w, r)
	})
}

// Serve bounds the body, and writes and logs what the handler gives back.
func (p *Portal) serve(h HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		err := h(w, r)
		if err != nil {
			answerError(w, err)
		}
		p.log.Printf("portal: %s %q: %v", r.Method, r.URL.Path, cmp.Or(err, errNone))
	}
}

// errNone is how a call that went well ends its line of the log.
var errNone = errors.New("done")

func notFound(http.ResponseWriter, *http.Request) error {
	return statusError{http.StatusNotFound, "there is no such path, or not with this method"}
}

func (p *Portal) postVendor(w http.ResponseWriter, r *http.Request) error {
	upload, o, err := readUpload(r)
	if err != nil {
		return err
	}
	cert, err := p.makeVendor(upload, o)
	if err != nil {
		return err
	}
	answerFile(w, http.StatusCreated, "mdm.cer", "application/x-x509-ca-cert", cert.Raw)
	return nil
}

func (p *Portal) postCertificate(w http.ResponseWriter, r *http.Request) error {
	upload, o, err := readUpload(r)
	if err != nil {
		return err
	}
	made, err := p.create(upload, o)
	if err != nil {
		return err
	}
	answerPEM(w, http.StatusCreated, made)
	return nil
}

func (p *Portal) renewCertificate(w http.ResponseWriter, r *http.Request) error {
	upload, o, err := readUpload(r)
	if err != nil {
		return err
	}
	made, err := p.renew(r.PathValue("serial"), upload, o)
	if err != nil {
		return err
	}
	answerPEM(w, http.StatusCreated, made)
	return nil
}

func (p *Portal) getCertificate(w http.ResponseWriter, r *http.Request) error {
	account, err := accountOf(r.URL.Query())
	if err != nil {
		return err
	}
	found, err := p.ledger.find(account, r.PathValue("serial"))
	if err != nil {
		return err
	}
	answerPEM(w, http.StatusOK, found)
	return nil
}

func (p *Portal) revokeCertificate(w http.ResponseWriter, r *http.Request) error {
	account, err := accountOf(r.URL.Query())
	if err != nil {
		return err
	}
	if err := p.ledger.revoke(account, r.PathValue("serial"), p.now()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// RevokedPath is where the revocation list lies.
const RevokedPath = "/revoked.crl"

func (p *Portal) getRevoked(w http.ResponseWriter, _ *http.Request) error {
	list, err := p.CA.RevocationList(p.ledger.revoked(), p.now())
	if err != nil {
		return err
	}
	answerFile(w, http.StatusOK, "revoked.crl", "application/pkix-crl", list)
	return nil
}

// listedCertificate is a row of the list as JSON.
type listedCertificate struct {
	Serial    string `json:"serial"`
	Topic     string `json:"topic"`
	CN        string `json:"cn"`
	Vendor    string `json:"vendor"`
	NotBefore string `json:"not_before"`
	NotAfter  string `json:"not_after"`
	Status    string `json:"status"`
	Account   string `json:"account"`
	Notes     string `json:"notes,omitempty"`
}

func (p *Portal) listCertificates(w http.ResponseWriter, r *http.Request) error {
	account, err := accountOf(r.URL.Query())
	if err != nil {
		return err
	}
	now, listed := p.now(), []listedCertificate{}
	for _, row := range p.ledger.of(account) {
		listed = append(listed, listedCertificate{
			Serial: row.serial(), Topic: row.topic(), CN: row.cert.Subject.CommonName, Vendor: row.Vendor,
			NotBefore: row.cert.NotBefore.Format(time.RFC3339), NotAfter: row.cert.NotAfter.Format(time.RFC3339),
			Status: row.status(now), Account: row.Account, Notes: row.Notes,
		})
	}
	AnswerJSON(w, http.StatusOK, map[string]any{"certificates": listed})
	return nil
}

// readUpload reads the body, whatever its content type says, and the order in the address.
func readUpload(r *http.Request) ([]byte, order, error) {
	o, err := readOrder(r.URL.Query())
	if err != nil {
		return nil, order{}, err
	}
	upload, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, order{}, fmt.Errorf("read body: %w", err)
	}
	return upload, o, nil
}

// readOrder reads account, notes and dates.
func readOrder(query url.Values) (order, error) {
	account, err := accountOf(query)
	if err != nil {
		return order{}, err
	}
	o := order{account: account, notes: query.Get("notes")}
	for name, to := range map[string]*time.Time{"not_before": &o.from, "not_after": &o.until} {
		text := query.Get(name)
		if text == "" {
			continue
		}
		when, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return order{}, BadRequest("%s is not a time as in RFC 3339, such as 2027-01-31T09:00:00Z", name)
		}
		if when.Year() < 1950 || when.Year() > 9000 { // RFC 5280 section 4.1.2.5 begins there
			return order{}, BadRequest("%s is in a year that no certificate can hold", name)
		}
		*to = when.UTC().Truncate(time.Second) // X.509 knows no fractions
	}
	if !o.from.IsZero() && !o.until.IsZero() && o.until.Before(o.from) {
		return order{}, BadRequest("not_after is before not_before")
	}
	return o, nil
}

// accountOf is the Apple Account that is signed in.
func accountOf(query url.Values) (string, error) {
	const longest = 200
	account := query.Get("account")
	if account == "" {
		return "default", nil
	}
	if len(account) > longest || strings.ContainsFunc(account, unicode.IsControl) {
		return "", BadRequest("account is longer than %d bytes or has control characters", longest)
	}
	return account, nil
}
