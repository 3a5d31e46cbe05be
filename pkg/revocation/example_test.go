package revocation_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/apnsctl/apnsctl/pkg/revocation"
)

// Where nobody can be asked, nothing is known, and the answer says why.
func Example() {
	var leaf, issuer x509.Certificate // of no use: neither is signed
	a, err := revocation.Checker{}.Check(context.Background(), &leaf, &issuer, time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC))
	fmt.Println(a.Status, a.Reason, err)
	// Output:
	// unknown other-issuer <nil>
}
