package simulator

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

// rig is a simulator with a client of its portal.
type rig struct {
	*Simulator
	testkit.Site
}

func start(t testing.TB, o Options) rig {
	t.Helper()
	c := testkit.NewClock()
	o.Now, o.NewKey = c.Now, testkey.InTurn()
	s, err := Start(t.Context(), o)
	testkit.Must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return rig{s, testkit.Site{URL: s.PortalURL(), Clock: c, Above: s.portal.CA.Above()}}
}
