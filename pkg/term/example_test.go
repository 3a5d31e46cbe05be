package term_test

import (
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/term"
)

// Columns line up when the width counts, not the characters.
func Example() {
	for _, name := range []string{"prod", "証明書"} {
		fmt.Println(term.Pad(name, 8) + "| ok")
	}
	// Output:
	// prod    | ok
	// 証明書  | ok
}
