package profile

import (
	"bytes"
	"errors"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/secret"
)

// newFilePassword takes the password of a file that is to be written. Typed at a
// terminal it is typed twice; an empty one is a missing one, since it would guard
// nothing.
func (o *exportOptions) newFilePassword() (string, error) {
	password, err := o.Secret(o.passwordFile, secret.FilePasswordVariable, o.T("output.export.password", nil))
	if errors.Is(err, secret.ErrNone) || err == nil && len(password) == 0 {
		return "", problem.Say(problem.PasswordMissing, "export", nil)
	}
	if err != nil {
		return "", err
	}
	if typed := o.passwordFile == "" && o.Getenv(secret.FilePasswordVariable) == ""; typed {
		again, err := o.IO.AskSecret(o.T("output.export.password-again", nil))
		if err != nil {
			return "", err
		}
		if !bytes.Equal(password, again) {
			return "", problem.Say(problem.ConfirmationWrong, "export", nil)
		}
	}
	return string(password), checkP12Password(password)
}
