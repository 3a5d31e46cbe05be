package reference_test

import (
	"context"
	"errors"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/reference"
)

func TestFind(t *testing.T) {
	t.Setenv("APNSCTL_TEST_HIDDEN", "ours")
	t.Setenv("APNSCTL_TEST_SHOWN", "theirs")
	f := reference.Finder{
		Getenv: func(name string) string { return map[string]string{"SMTP": "from a variable"}[name] },
		File: func(name string) ([]byte, error) {
			if name != "secret" {
				return nil, errors.New("no such file")
			}
			return []byte("from a file"), nil
		},
		Open:   func(context.Context, string, string) ([]byte, error) { return []byte("from a seal"), nil },
		Hidden: []string{"APNSCTL_TEST_HIDDEN"},
	}
	for value, want := range map[string]string{
		"": "", "env:SMTP": "from a variable", "file:secret": "from a file",
		"command:printf '%s\\n' 'from a command'":                                 "from a command",
		"command:echo \"$APNSCTL_TEST_SHOWN$APNSCTL_TEST_HIDDEN\"":                "theirs",
		"-----BEGIN AGE ENCRYPTED FILE-----\nx\n-----END AGE ENCRYPTED FILE-----": "from a seal",
		"env:NONE": "secret-missing.variable", "file:none": "secret-missing.file",
		"command:exit 3": "secret-missing.command", "command:true": "secret-missing.empty",
		"command:echo said; sleep 5 &": "said", "command:yes": "secret-missing.command",
		"hunter2": "usage.secret-plain", "env:": "usage.secret-plain",
	} {
		got, err := f.Find(t.Context(), "notify.smtp.password", value)
		if err != nil {
			got = problem.Of(err).Key()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}
