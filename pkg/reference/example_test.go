package reference_test

import (
	"context"
	"fmt"

	"github.com/apnsctl/apnsctl/pkg/reference"
)

// The config file says where the secret is, and a variable has it.
func ExampleFinder_Find() {
	f := reference.Finder{Getenv: func(name string) string { return map[string]string{"SMTP": "secret"}[name] }}
	fmt.Println(f.Find(context.Background(), "notify.smtp.password", "env:SMTP"))
	// Output: secret <nil>
}
