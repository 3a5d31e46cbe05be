package disk_test

import (
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/disk"
)

// What Windows does not take in a file name is written as in an address; a name that differs from
// another by its letters' case alone has a mark.
func ExampleName() {
	fmt.Println(disk.Name("Acme: Tokyo", nil))
	fmt.Println(disk.Name("Acme", []string{"acme"}))
	// Output:
	// Acme%3A Tokyo
	// Acme~37036cd8f9746d33
}
