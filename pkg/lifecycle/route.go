package lifecycle

import (
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Route is how a profile gets the request for its next certificate.
type Route string

// The routes.
const (
	RouteSign      Route = "sign"      // csr gives it: a vendor identity of this file signs it, or the profile's server makes it
	RouteVendor    Route = "vendor"    // the same, but its certificate has expired: first a new one
	RouteUnsigned  Route = "unsigned"  // an outside vendor signs it
	RouteElsewhere Route = "elsewhere" // the product that holds the key makes it
)

// Route tells how the named profile gets its next request; the profile need not exist.
func (s *State) Route(name string, now time.Time) Route {
	_, err := s.Vendor.Signer(now)
	switch p := s.Profiles[name]; {
	case p != nil && s.Servers[p.Server].MakesRequests():
		return RouteSign
	case p.WatchedOnly() && len(p.Pending) == 0:
		return RouteElsewhere
	case len(s.Vendor.Identities) == 0:
		return RouteUnsigned
	case err != nil && problem.Of(err).Code == problem.VendorExpired:
		return RouteVendor
	}
	return RouteSign
}
