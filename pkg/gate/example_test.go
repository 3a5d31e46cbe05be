package gate_test

import (
	"fmt"
	"os"
	"time"

	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// A certificate that was made with Create in place of Renew has another topic than the one
// that the devices listen on.
func ExampleCheck_File() {
	authorities, err := os.ReadFile("../../testdata/pushcert/certificate/authorities.pem")
	if err != nil {
		fmt.Println(err)
		return
	}
	trust, err := pushcert.NewTrust(authorities)
	if err != nil {
		fmt.Println(err)
		return
	}
	created, err := os.ReadFile("../../testdata/pushcert/certificate/created.pem")
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := pushcert.Read("created.pem", created, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	const devices = "com.apple.mgmt.External.3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c"
	check := gate.Check{
		Terms: lifecycle.Terms{
			Now: time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC), Policy: pushcert.DefaultPolicy(), Trust: trust,
		},
		Against: func() (lifecycle.Reference, error) { return lifecycle.Reference{Topic: devices}, nil },
	}
	answer, err := check.File("created.pem", file)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range answer.Findings {
		fmt.Println(f.Severity, f.Code)
	}
	// Output:
	// critical topic-mismatch
	// info key-missing
}
