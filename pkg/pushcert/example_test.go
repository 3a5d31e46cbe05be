package pushcert_test

import (
	"fmt"
	"os"
	"time"

	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Read tells what a file is from its content alone, and Check what is wrong with it.
func Example() {
	data, err := os.ReadFile("../../testdata/pushcert/certificate/mdm-push.pem")
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := pushcert.Read("mdm-push.pem", data, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	leaf := file.Leaf()
	fmt.Println(file.Role)
	fmt.Println(leaf.Topic())
	later := leaf.X509.NotAfter.Add(24 * time.Hour)
	for _, f := range pushcert.CheckDates(leaf, later, pushcert.Policy{}) {
		fmt.Println(f.Severity, f.Code)
	}
	// Output:
	// mdm-push
	// com.apple.mgmt.External.3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c
	// critical expired
}
