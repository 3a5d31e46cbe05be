package simulator

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
)

const (
	maxConnections = 4096
	closeTimeout   = 3 * time.Second
)

// apnsConfig is what the simulated push service is made of.
type apnsConfig struct {
	Certificate    tls.Certificate                      // of the server
	Judge          func(leaf *x509.Certificate) verdict // nil: every certificate is good
	Now            func() time.Time
	Seed           uint64    // of the faults
	AcceptAnyToken bool      // unknown tokens are accepted instead of BadDeviceToken
	Log            io.Writer // a line per refused connection; nil: none
}

// apnsServer is a simulated Apple Push Notification service: HTTP/2 over TLS with its
// own framing, since a stock server can neither change its stream limit in flight nor
// say why it goes away.
type apnsServer struct {
	cfg      apnsConfig
	plan     atomic.Pointer[faultPlan]
	registry deviceRegistry
	log      *pushLog

	ctx    context.Context // ends when the server closes
	cancel context.CancelFunc
	work   sync.WaitGroup // one per connection

	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]struct{}
	conns     map[net.Conn]*apnsConn // the value is nil during the handshake
	logMu     sync.Mutex
}

func newAPNs(cfg apnsConfig) *apnsServer {
	ctx, cancel := context.WithCancel(context.Background())
	s := &apnsServer{
		cfg:       cfg,
		registry:  deviceRegistry{byToken: map[string]knownDevice{}},
		log:       newPushLog(maxRecordedPushes),
		ctx:       ctx,
		cancel:    cancel,
		listeners: map[net.Listener]struct{}{},
		conns:     map[net.Conn]*apnsConn{},
	}
	s.plan.Store(&faultPlan{seed: cfg.Seed})
	return s
}

// serve takes connections until the server is closed, then returns nil. It may run for
// several listeners.
func (s *apnsServer) serve(l net.Listener) error {
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
			go s.attend(raw)
		} else {
			_ = raw.Close()
		}
	}
}

// enter counts a new connection in, unless there are too many or the server is closed.
func (s *apnsServer) enter(raw net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= maxConnections {
		return false
	}
	s.conns[raw] = nil
	s.work.Add(1)
	return true
}

// attend is the life of one connection.
func (s *apnsServer) attend(raw net.Conn) {
	defer s.work.Done()
	defer s.leave(raw)
	h := &handshake{server: s, raw: &mutableConn{Conn: raw}}
	conn, err := h.run(s.ctx)
	if err != nil {
		s.logf("apns: handshake with %s: %v", raw.RemoteAddr(), err)
		lingerAndClose(raw)
		return
	}
	c := newAPNsConn(s, conn, raw, h.client, h.refusal)
	if s.greet(raw, c) {
		c.run()
	}
}

// greet makes a connection known to close, and tells whether it is still wanted.
func (s *apnsServer) greet(raw net.Conn, c *apnsConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[raw] = c
	return !s.closed
}

func (s *apnsServer) leave(raw net.Conn) {
	_ = raw.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, raw)
}

// close stops listening, tells each connection to go away with the reason Shutdown,
// lets running pushes be answered, and after closeTimeout cuts off what is left.
func (s *apnsServer) close() {
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

func (s *apnsServer) stopListening() {
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

func (s *apnsServer) cutOff() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for raw := range s.conns {
		_ = raw.Close()
	}
}

// logf writes a line to the log. It is never given a token or a push magic.
func (s *apnsServer) logf(format string, args ...any) {
	if s.cfg.Log == nil {
		return
	}
	s.logMu.Lock()
	defer s.logMu.Unlock()
	_, _ = fmt.Fprintf(s.cfg.Log, format+"\n", args...)
}
