package signing_test

import (
	"fmt"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// A key pair is made and sealed, and only the recipients of the config file can open it.
func Example() {
	now := time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
	sealing, err := signing.NewUnsealed()
	if err != nil {
		fmt.Println(err)
		return
	}
	seal, err := signing.To(sealing, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	key, csr, err := seal.NewKey(pushcert.GenerateKey, pushcert.Subject{CommonName: "Example School", Country: "JP"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(csr.Subject(), key.Public == csr.PublicKey())

	// Without a vendor identity somebody else has to sign the CSR.
	_, err = signing.VendorOf(&lifecycle.State{Sealing: sealing}, lifecycle.Terms{Now: now, Trust: pushcert.Apple()})
	fmt.Println(problem.Of(err).Code)
	// Output:
	// C=JP, CN=Example School true
	// vendor-missing
}
