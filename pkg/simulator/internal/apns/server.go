package apns

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
)

const (
	maxConnections = 4096
	closeTimeout   = 3 * time.Second
)

// Config is what the simulated push service is made of.
type Config struct {
	Certificate    tls.Certificate                         // of the server
	Verdict        func(leaf *x509.Certificate) ca.Verdict // nil: every certificate is good
	Now            func() time.Time
	Seed           uint64        // of the faults
	AcceptAnyToken bool          // unknown tokens are accepted instead of BadDeviceToken
	Log            io.Writer     // a line per refused connection; nil: none
	MaxDevices     int           // how many can be registered; 0: a million
	Greeting       time.Duration // for a client to say that it speaks HTTP/2; 0: ten seconds
}

// Server is a simulated Apple Push Notification service: HTTP/2 over TLS with its
// own framing, since a stock server can neither change its stream limit in flight nor
// say why it goes away.
type Server struct {
	cfg      Config
	plan     atomic.Pointer[faultPlan]
	registry deviceRegistry
	log      *pushLog

	ctx    context.Context // ends when the server closes
	cancel context.CancelFunc
	work   sync.WaitGroup // one per connection

	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]struct{}
	conns     map[net.Conn]*conn // the value is nil during the handshake
	logMu     sync.Mutex
}

// New is a server that has yet to be given listeners.
func New(cfg Config) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		cfg:       cfg,
		registry:  deviceRegistry{byToken: map[string]knownDevice{}},
		log:       newPushLog(maxRecordedPushes),
		ctx:       ctx,
		cancel:    cancel,
		listeners: map[net.Listener]struct{}{},
		conns:     map[net.Conn]*conn{},
	}
	s.plan.Store(&faultPlan{seed: cfg.Seed})
	return s
}

// Serve takes connections until the server is closed, then returns nil. It may run for
// several listeners.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return l.Close()
	}
	s.listeners[l] = struct{}{}
	s.mu.Unlock()
	for {
		raw, err := l.Accept()
		if err != nil {
			if s.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return nil
			}
			return fmt.Errorf("accept connections: %w", err)
		}
		if s.enter(raw) {
			go s.serveConn(raw)
		} else {
			_ = raw.Close()
		}
	}
}

// enter counts a new connection in, unless there are too many or the server is closed.
func (s *Server) enter(raw net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= maxConnections {
		return false
	}
	s.conns[raw] = nil
	s.work.Add(1)
	return true
}

// serveConn is the life of one connection.
func (s *Server) serveConn(raw net.Conn) {
	defer s.work.Done()
	defer s.leave(raw)
	h := &handshake{server: s, raw: &mutableConn{Conn: raw}}
	conn, err := h.run(s.ctx)
	if err != nil {
		s.logf("apns: handshake with %s: %v", raw.RemoteAddr(), err)
		lingerAndClose(raw)
		return
	}
	c := newConn(s, conn, raw, h.client, h.refusal)
	if s.register(raw, c) {
		c.run()
	}
}

// register makes a connection known to close, and tells whether it is still wanted.
func (s *Server) register(raw net.Conn, c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[raw] = c
	return !s.closed
}

func (s *Server) leave(raw net.Conn) {
	_ = raw.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, raw)
}

// Close stops listening, tells each connection to go away with the reason Shutdown,
// lets running pushes be answered, and after closeTimeout cuts off what is left.
func (s *Server) Close() {
	s.stopListening()
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	cut := time.AfterFunc(closeTimeout, s.cutOff)
	defer cut.Stop()
	<-done
}

func (s *Server) stopListening() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.cancel()
	for l := range s.listeners {
		_ = l.Close()
	}
	for raw, c := range s.conns {
		if c == nil {
			_ = raw.Close()
		} else {
			c.shutdown(reasonShutdown)
		}
	}
}

func (s *Server) cutOff() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for raw := range s.conns {
		_ = raw.Close()
	}
}

// logf writes a line to the log. It is never given a token or a push magic.
func (s *Server) logf(format string, args ...any) {
	if s.cfg.Log == nil {
		return
	}
	s.logMu.Lock()
	defer s.logMu.Unlock()
	_, _ = fmt.Fprintf(s.cfg.Log, format+"\n", args...)
}
