package server

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

// object is a document of JSON.
type object map[string]any

// document answers with JSON.
func document(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever has gone away does not mind
}

// answering makes a handler of HTTP.
func (s *Server) answering(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		h(s, w, r)
	}
}

// guarded asks for the credential first.
func (s *Server) guarded(h handler) http.HandlerFunc {
	return s.answering(func(s *Server, w http.ResponseWriter, r *http.Request) {
		if !s.product.open(s, r) {
			w.Header().Set("WWW-Authenticate", `Basic realm="`+s.kind+`"`)
			document(w, http.StatusUnauthorized, object{"message": "Authentication required"})
			return
		}
		h(s, w, r)
	})
}

// same compares without telling how far it was right.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// byHeader is a credential in a header of its own, behind a scheme.
func byHeader(name, scheme string) func(*Server, *http.Request) bool {
	return func(s *Server, r *http.Request) bool { return same(r.Header.Get(name), scheme+s.secret) }
}

// byToken is the name under which apnsctl has a single credential.
func byToken(s *Server) map[string]string { return map[string]string{"token": s.secret} }

// topicOf is the UID of the subject.
func topicOf(c *x509.Certificate) string { return ca.SubjectAttribute(c, ca.OIDUserID) }

// text is a certificate as PEM.
func text(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

// readCertificate takes PEM, as every product does.
func readCertificate(r io.Reader) (*x509.Certificate, error) {
	all, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(all)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("the certificate is not PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

// request is what the product hands out for the portal, for its own key: base64 of a property list.
func (s *Server) request() (string, error) {
	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		Subject: pkix.Name{CommonName: "MDM push of " + s.kind, Country: []string{"US"}},
	}, s.key)
	if err != nil {
		return "", err
	}
	file, err := s.sign(der)
	return string(file), err
}

// handOut answers with the request in the product's own wrapping.
func handOut(wrap func(w http.ResponseWriter, file string)) handler {
	return func(s *Server, w http.ResponseWriter, _ *http.Request) {
		file, err := s.request()
		if err != nil {
			document(w, http.StatusInternalServerError, object{"message": err.Error()})
			return
		}
		wrap(w, file)
	}
}

// take uses a certificate for the product's own key, of whatever topic.
func (s *Server) take(c *x509.Certificate, account string) error {
	if key, ok := c.PublicKey.(*rsa.PublicKey); !ok || !s.key.PublicKey.Equal(key) {
		return errors.New("the certificate does not match the private key")
	}
	if account != "" {
		s.account = account
	}
	s.replace(c)
	return nil
}

// takePair uses a certificate together with its key, PKCS #1 or PKCS #8.
func (s *Server) takePair(certificate, key []byte) (*x509.Certificate, error) {
	pair, err := tls.X509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	c := pair.Leaf
	if !strings.HasPrefix(topicOf(c), "com.apple.mgmt.") {
		return nil, errors.New("no MDM topic in the certificate")
	}
	s.replace(c)
	return c, nil
}

func (s *Server) replace(c *x509.Certificate) {
	if s.fault.KeepsOld && s.used != nil {
		return
	}
	s.used, s.topics[topicOf(c)] = c, c
}

// upload is the file of a web form.
func upload(r *http.Request, field string) (*x509.Certificate, error) {
	file, _, err := r.FormFile(field)
	if err != nil {
		return nil, err
	}
	return readCertificate(file)
}

// wrapped is base64 in lines, as Ruby writes it.
func wrapped(file string) string {
	const columns = 60
	var lines strings.Builder
	for len(file) > columns {
		lines.WriteString(file[:columns] + "\n")
		file = file[columns:]
	}
	return lines.String() + file + "\n"
}

// again is base64 of what is base64 already.
func again(file string) string { return base64.StdEncoding.EncodeToString([]byte(file)) }
