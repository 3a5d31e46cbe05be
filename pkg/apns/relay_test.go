package apns_test

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// relay stands before a server and plays its restart.
type relay struct {
	target string
	heard  atomic.Int64 // when the server last answered, UNIX nanoseconds

	mu    sync.Mutex
	down  bool
	cut   int               // connections that a restart has ended
	conns map[net.Conn]bool // those of the clients
}

// relayTo starts a relay before an address.
func relayTo(tb testing.TB, target string) (*relay, *peer) {
	tb.Helper()
	r := &relay{target: target, conns: map[net.Conn]bool{}}
	return r, listen(tb, func(nc net.Conn, _ int) { r.pass(nc) })
}

// pass carries one connection. It stays until the server or a restart ends it, so that
// answers are carried on when the client is not heard any more.
func (r *relay) pass(client net.Conn) {
	server, err := net.Dial("tcp", r.target)
	if err != nil {
		return
	}
	defer server.Close()
	if !r.enter(client) {
		return
	}
	defer r.leave(client)
	go func() {
		if _, err := io.Copy(server, client); !errors.Is(err, os.ErrDeadlineExceeded) {
			_ = server.Close()
		}
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := server.Read(buffer)
		r.heard.Store(time.Now().UnixNano())
		if n > 0 {
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (r *relay) enter(client net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return false
	}
	r.conns[client] = true
	return true
}

func (r *relay) leave(client net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.conns, client)
}

// restart is that of a server which answers what it has read and reads no more, then
// goes, and comes back after some time. What a client has sent in vain was not taken.
func (r *relay) restart(away time.Duration) {
	r.mu.Lock()
	r.down = true
	for client := range r.conns {
		_ = client.SetReadDeadline(time.Unix(1, 0))
	}
	r.mu.Unlock()
	const quiet = 300 * time.Millisecond
	for time.Since(time.Unix(0, r.heard.Load())) < quiet {
		time.Sleep(quiet / 10)
	}
	r.mu.Lock()
	for client := range r.conns {
		_ = client.Close()
		r.cut++
	}
	r.mu.Unlock()
	time.Sleep(away)
	r.mu.Lock()
	r.down = false
	r.mu.Unlock()
}
