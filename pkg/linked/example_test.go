package linked_test

import (
	"context"
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// A profile that is linked with no server has none to be asked; here none was added yet, either.
func ExampleOpener_OpenFor() {
	s := &lifecycle.State{Profiles: map[string]*lifecycle.Profile{"acme": {}}}
	_, err := linked.Opener{State: s}.OpenFor(context.Background(), "acme")
	fmt.Println(problem.Of(err).Key())
	// Output: usage.server-not-linked.none
}
