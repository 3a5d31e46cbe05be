package doctor_test

import (
	"context"
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/doctor"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// A config file whose pending request was cut short by an editor: the key that waits for its
// certificate has nothing left to be compared with.
func ExampleWorld_Examine() {
	acme := &lifecycle.Profile{Pending: []lifecycle.Pending{{CSR: "-----BEGIN CERTIFICATE REQ"}}}
	w := doctor.World{Config: doctor.Config{
		Path:  "config.yaml",
		State: &lifecycle.State{Profiles: map[string]*lifecycle.Profile{"acme": acme}},
	}}
	checks, err := w.Examine(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range checks {
		fmt.Println(c.Name, c.Status)
		for _, f := range c.Causes {
			fmt.Println("  because of", f.Problem.Key(), "of", f.About)
		}
	}
	fmt.Println(doctor.Gravest(checks, false))
	// Output:
	// config-file ok
	// permissions skipped
	// key-pair critical
	//   because of state-damaged.csr of acme
	// critical 6
}
