package secret_test

import (
	"context"
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/secret"
)

// The command line stands above the variables, and nobody is asked for what one of them says.
func ExampleSources_Given() {
	s := secret.Sources{
		Getenv: func(name string) string { return map[string]string{secret.PassphraseVariable: "of a variable"}[name] },
		Read:   func(string) ([]byte, error) { return []byte("of a file\n"), nil },
	}
	for _, place := range []secret.Place{{File: "passphrase"}, {}} {
		given, err := s.Given(context.Background(), place)
		fmt.Printf("%s %v\n", given, err)
	}
	// Output:
	// of a file <nil>
	// of a variable <nil>
}
