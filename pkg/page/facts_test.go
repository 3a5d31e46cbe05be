package page

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

func TestPortalDateIsUTCAsAppleShowsIt(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	for _, row := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2027, time.February, 21, 12, 0, 0, 0, time.UTC), "Feb 21, 2027"},
		{time.Date(2027, time.March, 1, 8, 59, 59, 0, tokyo), "Feb 28, 2027"},
		{time.Date(2027, time.March, 1, 9, 0, 0, 0, tokyo), "Mar 1, 2027"},
	} {
		c := &pushcert.Certificate{X509: &x509.Certificate{NotAfter: row.at}}
		if got := PortalDate(c.X509.NotAfter); got != row.want {
			t.Errorf("%v: %q, want %q", row.at, got, row.want)
		}
	}
}
