package mdmcert

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

// Base is what the paths of the service begin with: its own host would be a name.
const Base = "/mdmcert.download"

// Service is the running stand-in.
type Service struct {
	authorities *ca.Hierarchy
	now         func() time.Time

	mu    sync.Mutex
	key   *rsa.PrivateKey // the vendor's, made for the first request
	mails []mail
}

// mail is an answer that was sent.
type mail struct {
	To   string    `json:"to"`
	Name string    `json:"name"` // of the attachment
	At   time.Time `json:"at"`
	body []byte
}

// New makes a stand-in that signs under these authorities.
func New(authorities *ca.Hierarchy, now func() time.Time) *Service {
	return &Service{authorities: authorities, now: now}
}

// Handlers are the service and its mailbox, by pattern: POST .../api/v1/signrequest, GET .../mails
// for the list, GET .../mails/{number}, counted from 1, for an attachment. ?fault=NAME of the first plays a
// failure, see faults.
func (s *Service) Handlers() map[string]func(http.ResponseWriter, *http.Request) error {
	return map[string]func(http.ResponseWriter, *http.Request) error{
		"POST " + Base + "/api/v1/signrequest": s.postRequest,
		"GET " + Base + "/mails":               s.listMails,
		"GET " + Base + "/mails/{number}":      s.getMail,
	}
}

// order is what a client sends: PEM in base64, where one expects DER [C].
type order struct {
	CSR     []byte `json:"csr"`
	Email   string `json:"email"`
	Key     string `json:"key"`
	Encrypt []byte `json:"encrypt"`
}

func (s *Service) postRequest(w http.ResponseWriter, r *http.Request) error {
	var o order
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	f, err := faultOf(r.URL.Query().Get("fault"))
	if err != nil {
		return say(w, http.StatusOK, map[string]string{"result": "failure", "reason": err.Error()})
	}
	if f.answer != nil {
		return f.answer(w)
	}
	csr, recipient, err := o.read(body)
	if err != nil { // a failure can come with status 200 [C]
		return say(w, http.StatusOK, map[string]string{"result": "failure", "reason": err.Error()})
	}
	if err := s.send(o.Email, csr, recipient, f); err != nil {
		return err
	}
	name := "result"
	if f.capitals { // the case of field names is unknown [U]
		name = "Result"
	}
	return say(w, http.StatusOK, map[string]string{name: "success"})
}

// read takes the order apart.
func (o *order) read(body []byte) (csr *x509.CertificateRequest, recipient *x509.Certificate, err error) {
	if err := json.Unmarshal(body, o); err != nil {
		return nil, nil, errors.New("invalid JSON")
	}
	block, _ := pem.Decode(o.CSR)
	if block == nil {
		return nil, nil, errors.New("csr is not a PEM certificate request")
	}
	if csr, err = x509.ParseCertificateRequest(block.Bytes); err == nil {
		err = csr.CheckSignature()
	}
	if err != nil {
		return nil, nil, errors.New("csr is invalid")
	}
	if block, _ = pem.Decode(o.Encrypt); block == nil {
		return nil, nil, errors.New("encrypt is not a PEM certificate")
	}
	if recipient, err = x509.ParseCertificate(block.Bytes); err != nil {
		return nil, nil, errors.New("encrypt is invalid")
	}
	switch _, isRSA := recipient.PublicKey.(*rsa.PublicKey); {
	case !isRSA:
		err = errors.New("encrypt has no RSA key")
	case !strings.Contains(o.Email, "@"):
		err = errors.New("email is missing")
	case o.Key == "":
		err = errors.New("key is missing")
	}
	return csr, recipient, err
}

// send signs, encrypts, and lays the mail into the box.
func (s *Service) send(to string, csr *x509.CertificateRequest, recipient *x509.Certificate, f fault) error {
	if f.silent {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.key == nil {
		if s.key, err = s.authorities.NewKey(); err != nil {
			return err
		}
	}
	if f.otherCSR {
		if csr, err = s.foreignCSR(); err != nil {
			return err
		}
	}
	request, err := s.sign(csr, f)
	if err != nil {
		return err
	}
	answer, err := encrypt(request, recipient, f.cipher)
	if err != nil {
		return err
	}
	at := s.now().UTC()
	s.mails = append(s.mails, mail{
		To: to, At: at, Name: fmt.Sprintf("mdm_signed_request.%s_%d.plist.b64.p7", at.Format("20060102_150405"), len(s.mails)+1), body: f.mailed(answer),
	})
	return nil
}

func (s *Service) listMails(w http.ResponseWriter, _ *http.Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return say(w, http.StatusOK, map[string]any{"mails": append([]mail{}, s.mails...)})
}

func (s *Service) getMail(w http.ResponseWriter, r *http.Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || n < 1 || n > len(s.mails) {
		return say(w, http.StatusNotFound, map[string]string{"reason": "there is no such mail"})
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+s.mails[n-1].Name+`"`)
	_, _ = w.Write(s.mails[n-1].body) // whoever has gone away wants it no more
	return nil
}

// say writes one document.
func say(w http.ResponseWriter, status int, document any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(document)
}
