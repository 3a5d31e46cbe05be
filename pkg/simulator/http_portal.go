package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// maxUpload bounds every body. A request with its chain has 6 to 8 kB.
const maxUpload = 256 << 10

// handler is an http.HandlerFunc that may fail; serve writes its error.
type handler func(w http.ResponseWriter, r *http.Request) error

// routes is the portal for scripts, the control of the APNs half, and the page for people.
func (s *Simulator) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range map[string]handler{
		"POST /vendor-certificates":            s.postVendor,
		"POST /certificates":                   s.postCertificate,
		"GET /certificates":                    s.listCertificates,
		"GET /certificates/{serial}":           s.getCertificate,
		"POST /certificates/{serial}/renew":    s.renewCertificate,
		"POST /certificates/{serial}/revoke":   s.revokeCertificate,
		"PUT /devices/{token}":                 s.putDevice,
		"GET /devices":                         s.listDevices,
		"GET /pushes":                          s.listPushes,
		"PUT /faults":                          s.putFaults,
		"GET /{$}":                             s.showPage,
		"POST " + pagePath + "create":          s.pageCreate,
		"POST " + pagePath + "renew/{serial}":  s.pageRenew,
		"POST " + pagePath + "revoke/{serial}": s.pageRevoke,
		"/":                                    notFound,
	} {
		mux.HandleFunc(pattern, s.serve(h))
	}
	// Another page open in the same browser must not press the buttons of this one.
	return s.loopbackOnly(http.NewCrossOriginProtection().Handler(mux))
}

// loopbackOnly refuses calls for any other host. A page whose name was pointed at this
// machine after it was loaded (DNS rebinding) has its own name in them.
func (s *Simulator) loopbackOnly(next http.Handler) http.Handler {
	elsewhere := s.serve(func(http.ResponseWriter, *http.Request) error {
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

// serve bounds the body, and writes and logs what the handler gives back.
func (s *Simulator) serve(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		err := h(w, r)
		if err != nil {
			answerError(w, err)
		}
		s.log.Printf("portal: %s %q: %v", r.Method, r.URL.Path, cmp.Or(err, errNone))
	}
}

// errNone is how a call that went well ends its line of the log.
var errNone = errors.New("done")

func notFound(http.ResponseWriter, *http.Request) error {
	return statusError{http.StatusNotFound, "there is no such path, or not with this method"}
}

func (s *Simulator) postVendor(w http.ResponseWriter, r *http.Request) error {
	upload, o, err := readUpload(r)
	if err != nil {
		return err
	}
	cert, err := s.portal.makeVendor(upload, o)
	if err != nil {
		return err
	}
	answerFile(w, http.StatusCreated, "mdm.cer", "application/x-x509-ca-cert", cert.Raw)
	return nil
}

func (s *Simulator) postCertificate(w http.ResponseWriter, r *http.Request) error {
	upload, o, err := readUpload(r)
	if err != nil {
		return err
	}
	made, err := s.portal.create(upload, o)
	if err != nil {
		return err
	}
	answerPEM(w, http.StatusCreated, made)
	return nil
}

func (s *Simulator) renewCertificate(w http.ResponseWriter, r *http.Request) error {
	upload, o, err := readUpload(r)
	if err != nil {
		return err
	}
	made, err := s.portal.renew(r.PathValue("serial"), upload, o)
	if err != nil {
		return err
	}
	answerPEM(w, http.StatusCreated, made)
	return nil
}

func (s *Simulator) getCertificate(w http.ResponseWriter, r *http.Request) error {
	account, err := accountOf(r.URL.Query())
	if err != nil {
		return err
	}
	found, err := s.portal.ledger.find(account, r.PathValue("serial"))
	if err != nil {
		return err
	}
	answerPEM(w, http.StatusOK, found)
	return nil
}

func (s *Simulator) revokeCertificate(w http.ResponseWriter, r *http.Request) error {
	account, err := accountOf(r.URL.Query())
	if err != nil {
		return err
	}
	if err := s.portal.ledger.revoke(account, r.PathValue("serial"), s.portal.now()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
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

func (s *Simulator) listCertificates(w http.ResponseWriter, r *http.Request) error {
	account, err := accountOf(r.URL.Query())
	if err != nil {
		return err
	}
	now, listed := s.portal.now(), []listedCertificate{}
	for _, row := range s.portal.ledger.of(account) {
		listed = append(listed, listedCertificate{
			Serial: row.serial(), Topic: row.topic(), CN: row.cert.Subject.CommonName, Vendor: row.Vendor,
			NotBefore: row.cert.NotBefore.Format(time.RFC3339), NotAfter: row.cert.NotAfter.Format(time.RFC3339),
			Status: row.status(now), Account: row.Account, Notes: row.Notes,
		})
	}
	answerJSON(w, http.StatusOK, map[string]any{"certificates": listed})
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
			return order{}, badRequest("%s is not a time as in RFC 3339, such as 2027-01-31T09:00:00Z", name)
		}
		if when.Year() < 1950 || when.Year() > 9000 { // RFC 5280 section 4.1.2.5 begins there
			return order{}, badRequest("%s is in a year that no certificate can hold", name)
		}
		*to = when.UTC().Truncate(time.Second) // X.509 knows no fractions
	}
	if !o.from.IsZero() && !o.until.IsZero() && o.until.Before(o.from) {
		return order{}, badRequest("not_after is before not_before")
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
		return "", badRequest("account is longer than %d bytes or has control characters", longest)
	}
	return account, nil
}
