package reference

import (
	"context"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/internal/shell"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

// Finder finds secrets.
type Finder struct {
	Getenv func(name string) string
	// File reads a file with a secret.
	File func(name string) ([]byte, error)
	// Open opens what is sealed in the config file as the value of a setting.
	Open func(ctx context.Context, name, sealed string) ([]byte, error)
	// Hidden are variables that no command is handed.
	Hidden []string
}

// Find is the secret that the value of a setting refers to; empty where nothing is set. A secret
// that is not there is [problem.SecretMissing]; one that stands there as it is, [problem.Usage],
// sentence "secret-plain".
func (f Finder) Find(ctx context.Context, name, value string) (string, error) {
	kind, rest, _ := strings.Cut(value, ":")
	params := problem.Params{"setting": name, "reference": value}
	switch {
	case value == "":
		return "", nil
	case setting.IsSealed(value):
		secret, err := f.Open(ctx, name, value)
		return string(secret), err
	case !setting.IsReference(value):
		return "", problem.Say(problem.Usage, "secret-plain", problem.Params{"setting": name})
	case kind == "env":
		secret := decode.Secret([]byte(f.Getenv(rest)))
		if len(secret) == 0 {
			return "", problem.Say(problem.SecretMissing, "variable", params)
		}
		return string(secret), nil
	case kind == "file":
		secret, err := f.File(rest)
		if err != nil && problem.Of(err).Code == problem.Usage { // a file that cannot be meant
			return "", err
		}
		if err != nil {
			return "", problem.Say(problem.SecretMissing, "file", params).Because(err)
		}
		return present(secret, params)
	}
	// The command knows all that a secret store may need, but none of our own secrets.
	secret, err := shell.Answer(ctx, rest, shell.Options{Hidden: f.Hidden, Patience: patience})
	if err != nil {
		params["detail"] = err.Error()
		return "", problem.Say(problem.SecretMissing, "command", params).Because(err)
	}
	return present(decode.Secret(secret), params)
}

func present(secret []byte, params problem.Params) (string, error) {
	if len(secret) == 0 {
		return "", problem.Say(problem.SecretMissing, "empty", params)
	}
	return string(secret), nil
}

// patience is how long a command may take.
const patience = 30 * time.Second
