package portal

import (
	"io"
	"log"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

// rig is a portal with a client of it.
type rig struct {
	*Portal
	testkit.Site
	server *httptest.Server
}

// The authorities of all tests, made once.
var (
	newKey  = testkey.InTurn()
	ours    = sync.OnceValues(func() (*ca.Hierarchy, error) { return ca.Open("", testkit.Today(), newKey) })
	foreign = sync.OnceValues(func() (*ca.Hierarchy, error) { return ca.Open("", testkit.Today(), newKey) })
)

func open(t testing.TB) rig {
	t.Helper()
	return openUnder(t, ours)
}

// openForeign is a portal under authorities that no other portal has.
func openForeign(t testing.TB) rig {
	t.Helper()
	return openUnder(t, foreign)
}

func openUnder(t testing.TB, authorities func() (*ca.Hierarchy, error)) rig {
	t.Helper()
	c := testkit.NewClock()
	hierarchy, err := authorities()
	testkit.Must(t, err)
	list, err := openLedger("")
	testkit.Must(t, err)
	p := &Portal{CA: hierarchy, ledger: list, now: c.Now, log: log.New(io.Discard, "", 0)}
	s := httptest.NewServer(p.Handler(nil))
	t.Cleanup(s.Close)
	return rig{p, testkit.Site{URL: s.URL, Clock: c, Above: p.CA.Above()}, s}
}
