package typed_test

import (
	"fmt"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/typed"
)

func ExampleLine() {
	c := command(new(testing.B), "--ca-file", "our roots.pem", "--token", "9a0b")
	fmt.Println(typed.Line(c, "acme"))
	// Output: apnsctl push -p acme --ca-file 'our roots.pem' --token TOKEN
}
