package server

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Options are what a stand-in needs to know.
type Options struct {
	// Sign makes a request for the portal of a CSR in DER, as the vendor of the product does;
	// [simulator.Simulator.SignRequest] will do. Kinds that take the key need none.
	Sign func(csr []byte) ([]byte, error)
	// Secret is the credential; empty is one by chance.
	Secret string
	// Now is the clock of those that warn, time.Now as a rule.
	Now func() time.Time
	// NewKey, where it is set, makes the key of those that have one: tests have some ready.
	NewKey func() (*rsa.PrivateKey, error)
}

// Server is a stand-in. All its methods may be called at any time and from any goroutine.
type Server struct {
	kind    string
	secret  string
	sign    func([]byte) ([]byte, error)
	now     func() time.Time
	product product
	mux     *http.ServeMux
	web     *http.Server // nil until it listens
	address string

	mu      sync.Mutex
	key     *rsa.PrivateKey // its own, of kinds that make it
	used    *x509.Certificate
	topics  map[string]*x509.Certificate // of kinds that keep several
	account string
	fault   Fault
	calls   []*Call
}

// product is what distinguishes one kind of server from another.
type product struct {
	open        func(s *Server, r *http.Request) bool // whether the credential is there
	routes      map[string]handler
	free        map[string]handler // without credential
	credentials func(s *Server) map[string]string
	makesKey    bool
}

// handler answers a call; s.mu is held.
type handler func(s *Server, w http.ResponseWriter, r *http.Request)

// Kinds are the products that there are stand-ins for.
func Kinds() []string {
	return []string{"intune", "simplemdm", "jumpcloud", "fleet", "nanomdm", "nanohub", "micromdm", "zentral", "meraki", "jamf", "google"}
}

func products(kind string) (product, bool) {
	p, ok := map[string]func() product{
		"intune": intune, "simplemdm": simpleMDM, "jumpcloud": jumpCloud, "fleet": fleet,
		"nanomdm":  func() product { return nano("nanomdm", "/v1/pushcert") },
		"nanohub":  func() product { return nano("nanohub", "/api/v1/nanomdm/pushcert") },
		"micromdm": microMDM, "zentral": zentral, "meraki": meraki, "jamf": jamf, "google": google,
	}[kind]
	if !ok {
		return product{}, false
	}
	return p(), true
}

func (o Options) newKey() (*rsa.PrivateKey, error) {
	if o.NewKey != nil {
		return o.NewKey()
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}

// New makes a stand-in that has no certificate yet.
func New(kind string, o Options) (*Server, error) {
	p, ok := products(kind)
	if !ok {
		return nil, fmt.Errorf("there is no stand-in for %q", kind)
	}
	if o.Now == nil || p.makesKey && o.Sign == nil {
		return nil, errors.New("stand-in: Options.Now or Options.Sign is missing")
	}
	s := &Server{
		kind: kind, secret: cmp.Or(o.Secret, rand.Text()), sign: o.Sign, now: o.Now, product: p,
		mux: http.NewServeMux(), topics: map[string]*x509.Certificate{},
	}
	if p.makesKey {
		key, err := o.newKey()
		if err != nil {
			return nil, err
		}
		s.key = key
	}
	for pattern, h := range p.routes {
		s.mux.HandleFunc(pattern, s.guarded(h))
	}
	for pattern, h := range p.free {
		s.mux.HandleFunc(pattern, s.answering(h))
	}
	s.mux.HandleFunc("/", s.answering(func(_ *Server, w http.ResponseWriter, _ *http.Request) {
		document(w, http.StatusNotFound, object{"message": "Not Found"})
	}))
	return s, nil
}

// Start makes a stand-in that listens on a loopback address with a port, 127.0.0.1:0 when empty,
// until ctx is done or Close is called.
func Start(ctx context.Context, kind, address string, o Options) (*Server, error) {
	address = cmp.Or(address, "127.0.0.1:0")
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().IsLoopback() {
		return nil, fmt.Errorf("%s is not a loopback address with a port", address)
	}
	s, err := New(kind, o)
	if err != nil {
		return nil, err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	s.address = listener.Addr().String()
	s.web = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, MaxHeaderBytes: 64 << 10}
	go func() { _ = s.web.Serve(listener) }() // it ends with Close
	context.AfterFunc(ctx, s.Close)
	return s, nil
}

// URL is where a stand-in listens.
func (s *Server) URL() string { return "http://" + s.address }

// Base is the address that a client is given: with what stands in front of every path of the
// service's documentation.
func (s *Server) Base() string {
	return s.URL() + map[string]string{"intune": "/v1.0", "simplemdm": "/api/v1", "jumpcloud": "/api/v2", "meraki": "/api/v1"}[s.kind]
}

// Close ends a stand-in that listens.
func (s *Server) Close() {
	if s.web != nil {
		_ = s.web.Close() // nothing is lost with it
	}
}

// Credentials are what opens it, by the names that apnsctl has for them.
func (s *Server) Credentials() map[string]string { return s.product.credentials(s) }

// Use makes it use a certificate, as if somebody had changed it there.
func (s *Server) Use(certificate *x509.Certificate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used = certificate
	s.topics[topicOf(certificate)] = certificate
}

// InUse is the certificate with which it would push; nil for none.
func (s *Server) InUse() *x509.Certificate {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.used
}
