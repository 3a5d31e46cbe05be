package apns_test

import (
	"crypto/tls"
	"net"
	"sync"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// A server that dies after it has taken pushes and before it has answered them: nobody
// can know what became of those, so they go out again, with the same apns-id. No other
// push goes out twice, and each ends in one class.
func TestAServerThatCrashesAfterAccepting(t *testing.T) {
	const answered, unanswered = 300, 40
	books := &ledger{taken: map[string]int{}}
	var mu sync.Mutex
	doubtful := map[string]bool{}
	p := listen(t, func(nc net.Conn, n int) {
		conn := tls.Server(nc, serverTLS())
		if conn.HandshakeContext(t.Context()) != nil {
			return
		}
		l := newLink(conn, n)
		if l == nil {
			return
		}
		l.each(func(seen int, r *request) bool {
			books.take(r.get("apns-id"))
			if n > 3 || seen <= answered {
				l.accept(r)
				return true
			}
			left := append([]*request{r}, l.heard()...) // the answers so far must have been read
			for len(left) < unanswered {
				if r = l.next(); r == nil {
					break
				}
				left = append(left, r)
			}
			mu.Lock()
			defer mu.Unlock()
			for i, r := range left[:min(len(left), unanswered)] {
				doubtful[r.get("apns-id")] = true
				if i > 0 { // the first was
					books.take(r.get("apns-id"))
				}
			}
			return false
		})
		if n <= 3 { // with RST, as a dead host's successor answers
			if raw, ok := nc.(*net.TCPConn); ok {
				_ = raw.SetLinger(0)
			}
		}
	})
	const fleetOf = 5000
	res, s, err := push(t, clientFor(t, p), &fleet{n: fleetOf})
	wantAccepted(t, s, err, fleetOf)
	if len(doubtful) == 0 || len(doubtful) > 3*unanswered {
		t.Errorf("%d pushes were left without an answer", len(doubtful))
	}
	for _, r := range res.all {
		id := r.ID.String()
		if got := books.taken[id]; r.Class != apns.Accepted || got < 1 || got > 1 && !doubtful[id] || got > 4 {
			t.Errorf("%+v was taken %d times, left without an answer: %v", r, got, doubtful[id])
		}
	}
}
