package secret

import (
	"errors"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestPassphrase(t *testing.T) {
	ask := func(answer string) func(string) ([]byte, error) {
		return func(string) ([]byte, error) { return []byte(answer), nil }
	}
	for name, row := range map[string]struct {
		place     Place
		variables map[string]string
		ask       func(string) ([]byte, error)
		want, key string
		tries     int
	}{
		"of a file":                      {place: Place{File: "f"}, want: "file", tries: 1},
		"of a file that is not":          {place: Place{File: "none"}, key: "internal", tries: 1},
		"of a command":                   {place: Place{Command: "echo command"}, ask: ask("typed"), want: "command", tries: 1},
		"of both":                        {place: Place{File: "f", Command: "c"}, key: "usage.exclusive", tries: 1},
		"of a variable":                  {variables: map[string]string{PassphraseVariable: "variable\n"}, ask: ask("typed"), want: "variable", tries: 1},
		"of its command":                 {variables: map[string]string{PassphraseCommandVariable: "echo its"}, want: "its", tries: 1},
		"of nowhere":                     {key: "passphrase-missing", tries: 1},
		"typed":                          {ask: ask("typed"), want: "typed", tries: MostTries},
		"not typed":                      {ask: ask(""), key: "passphrase-missing", tries: MostTries},
		"of a command that fails":        {place: Place{Command: "exit 3"}, key: "passphrase-missing.command", tries: 1},
		"of a command that says nothing": {place: Place{Command: "exit 0"}, key: "passphrase-missing.command.empty", tries: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := Sources{
				Getenv: func(name string) string { return row.variables[name] }, Ask: row.ask,
				Read: func(name string) ([]byte, error) {
					if name == "f" {
						return []byte("file"), nil
					}
					return nil, errors.New("there is none")
				},
			}
			key := ""
			got, err := s.Passphrase(t.Context(), row.place, "")
			if err != nil {
				key = problem.Of(err).Key()
			}
			if string(got) != row.want || key != row.key || s.PassphraseTries(row.place) != row.tries {
				t.Errorf("%q, %v, %d tries", got, err, s.PassphraseTries(row.place))
			}
		})
	}
}
