package lifecycle_test

import (
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The rules change a state that its caller reads and writes, or refuse and leave it as it was.
func Example() {
	state := lifecycle.State{Version: lifecycle.Version, Profiles: map[string]*lifecycle.Profile{"tokyo": {}, "osaka": {}}}
	fmt.Println(state.Names())
	_, err := state.Profile("kyoto")
	fmt.Println(problem.Of(err).Code)
	// Output:
	// [osaka tokyo]
	// profile-unknown
}
