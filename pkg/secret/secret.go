package secret

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/internal/shell"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The variables that secrets may stand in.
const (
	PassphraseVariable        = "APNSCTL_PASSPHRASE"         //nolint:gosec // its name alone
	PassphraseCommandVariable = "APNSCTL_PASSPHRASE_COMMAND" //nolint:gosec // its name alone
	FilePasswordVariable      = "APNSCTL_FILE_PASSWORD"      //nolint:gosec // its name alone
)

// ErrNone says that nobody gave the secret and nobody can be asked.
var ErrNone = errors.New("no secret given")

// MostTries is how often a person is asked again after an answer that is wrong.
const MostTries = 3

// Sources are where secrets come from.
type Sources struct {
	Getenv func(name string) string
	// Read reads a file with a secret.
	Read func(name string) ([]byte, error)
	// Ask asks at the terminal; nil where nobody can be asked.
	Ask func(question string) ([]byte, error)
	// Remarks is told what a program complains of that is asked; nil is nobody.
	Remarks io.Writer
}

// Place is what a command line says of the passphrase's place: a file, or a line that a shell runs.
type Place struct{ File, Command string }

// Find reads from the file given, the variable, or the terminal, in this order.
func (s Sources) Find(file, variable, question string) ([]byte, error) {
	if file != "" {
		data, err := s.Read(file)
		return decode.Secret(data), err
	}
	if value := s.Getenv(variable); value != "" {
		return decode.Secret([]byte(value)), nil
	}
	if s.Ask == nil {
		return nil, ErrNone
	}
	typed, err := s.Ask(question)
	return decode.Secret(typed), err
}

// Tries is how often a secret may be given that turns out to be wrong: a person can mistype
// it, a file or a variable says the same every time.
func (s Sources) Tries(file, variable string) int {
	if file == "" && s.Getenv(variable) == "" && s.Ask != nil {
		return MostTries
	}
	return 1
}

// PassphraseTries is [Sources.Tries] for the passphrase.
func (s Sources) PassphraseTries(p Place) int {
	if s.Passphrased(p) {
		return 1
	}
	return s.Tries("", PassphraseVariable)
}

// Passphrase finds the config file's passphrase. An empty one is a missing one: a
// variable that a CI system failed to fill must not pass for an answer.
func (s Sources) Passphrase(ctx context.Context, p Place, question string) ([]byte, error) {
	given, err := s.Given(ctx, p)
	if errors.Is(err, ErrNone) && s.Ask != nil {
		given, err = s.Ask(question)
		given = decode.Secret(given)
	}
	if errors.Is(err, ErrNone) || err == nil && len(given) == 0 {
		return nil, problem.New(problem.PassphraseMissing, nil)
	}
	return given, err
}

// Given is the passphrase as far as nobody has to be asked: of the file, what the command says, or the
// variables. [ErrNone] where there is none of them.
func (s Sources) Given(ctx context.Context, p Place) ([]byte, error) {
	value, variable := s.Getenv(PassphraseVariable), s.Getenv(PassphraseCommandVariable)
	switch {
	case p.File != "" && p.Command != "":
		return nil, problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--passphrase-file", "other": "--passphrase-command"})
	case p.File != "":
		return s.Find(p.File, "", "")
	case p.Command != "":
		return s.printed(ctx, p.Command)
	case value != "":
		return decode.Secret([]byte(value)), nil
	case variable != "":
		return s.printed(ctx, variable)
	}
	return nil, ErrNone
}

// Passphrased tells that there is a passphrase for which nobody has to be asked.
func (s Sources) Passphrased(p Place) bool {
	return p != (Place{}) || s.Getenv(PassphraseVariable) != "" || s.Getenv(PassphraseCommandVariable) != ""
}

// printed asks another program, such as a secret store: the first line that it says is the
// passphrase. What it complains of is shown to a person alone, for a log keeps what it is told.
func (s Sources) printed(ctx context.Context, line string) ([]byte, error) {
	said, err := shell.Answer(ctx, line, shell.Options{Remarks: s.Remarks})
	switch failed, ok := errors.AsType[shell.Failed](err); {
	case ok:
		return nil, problem.Say(problem.PassphraseMissing, "command", problem.Params{"status": strconv.Itoa(failed.Status)})
	case errors.Is(err, shell.ErrTooMuch):
		return nil, problem.Say(problem.PassphraseMissing, "command.much", nil)
	case errors.Is(err, shell.ErrTooLong):
		return nil, problem.Say(problem.PassphraseMissing, "command.long", nil)
	case ctx.Err() != nil:
		return nil, problem.New(problem.Interrupted, nil).Because(err)
	case err != nil:
		return nil, problem.Say(problem.PassphraseMissing, "command.start", problem.Params{"detail": err.Error()})
	}
	first, _, _ := bytes.Cut(decode.Secret(said), []byte("\n"))
	if first = bytes.TrimSuffix(first, []byte("\r")); len(first) == 0 {
		return nil, problem.Say(problem.PassphraseMissing, "command.empty", nil)
	}
	return first, nil
}
