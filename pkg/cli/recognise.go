package cli

import (
	"errors"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// readFile reads a file and says what it is. A password is asked for if the file turns
// out to need one.
func (e *Env) readFile(name, passwordFile string) (*pushcert.File, error) {
	return e.recognise(name, func() ([]byte, error) {
		password, err := e.filePassword(name, passwordFile)
		if errors.Is(err, errNoSecret) {
			return nil, problem.New(problem.PasswordMissing, nil)
		}
		return password, err
	})
}

// lookAt is readFile for a command that needs no private key: one that is encrypted
// stays locked where nobody gives its password.
func (e *Env) lookAt(name, passwordFile string) (*pushcert.File, error) {
	return e.recognise(name, func() ([]byte, error) {
		password, err := e.filePassword(name, passwordFile)
		if errors.Is(err, errNoSecret) {
			return nil, nil
		}
		return password, err
	})
}

// recognise reads a file and says what it is; password is that of [pushcert.Read].
func (e *Env) recognise(name string, password func() ([]byte, error)) (*pushcert.File, error) {
	data, err := e.read(name)
	if err != nil {
		return nil, err
	}
	file, err := pushcert.Read(name, data, password)
	if err != nil {
		return nil, aboutFileErr(name, err)
	}
	return file, nil
}

// aboutFile names the file in its findings. Standard input has no name, and cannot be
// read again.
func aboutFile(name string, findings []problem.Finding) []problem.Finding {
	if name == stdio {
		return findings
	}
	return problem.About(findings, "file", asArgument(name))
}

// asArgument is a file's name as a command takes it: one that looks like a flag does not.
func asArgument(name string) string {
	if name != stdio && strings.HasPrefix(name, "-") {
		return "./" + name
	}
	return name
}

// aboutFileErr is [aboutFile] for what stops a command.
func aboutFileErr(name string, err error) error {
	p, ok := errors.AsType[*problem.Error](err)
	if !ok || name == stdio {
		return err
	}
	return p.About("file", asArgument(name))
}
