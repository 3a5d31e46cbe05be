package simulator

import (
	"crypto/rsa"
	"fmt"
	"sync/atomic"
	"testing"

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
	var keys atomic.Int32
	o.Now, o.NewKey = c.Now, func() (*rsa.PrivateKey, error) {
		return testkit.KeyOf(t, fmt.Sprint("key ", keys.Add(1), " of a simulator")), nil
	}
	s, err := Start(t.Context(), o)
	testkit.Must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return rig{s, testkit.Site{URL: s.PortalURL(), Clock: c, Above: s.portal.CA.Above()}}
}
