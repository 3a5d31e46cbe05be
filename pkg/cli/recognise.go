package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/secret"
	"github.com/apnsctl/apnsctl/pkg/signing"
)

// ReadFile reads a file and says what it is. A password is asked for if the file turns
// out to need one.
func (e *Env) ReadFile(name, passwordFile string) (*pushcert.File, error) {
	return e.open(name, passwordFile, problem.New(problem.PasswordMissing, nil))
}

// LookAt is readFile for a command that needs no private key: one that is encrypted
// stays locked where nobody gives its password.
func (e *Env) LookAt(name, passwordFile string) (*pushcert.File, error) {
	return e.open(name, passwordFile, nil)
}

// open recognises a file with the password that is given or typed; missing is what it means that
// there is none.
func (e *Env) open(name, passwordFile string, missing error) (*pushcert.File, error) {
	asked := 0
	return e.recognise(name, e.secrets().Tries(passwordFile, secret.FilePasswordVariable), func() ([]byte, error) {
		asked++
		password, err := e.filePassword(name, passwordFile, asked > 1)
		if errors.Is(err, secret.ErrNone) {
			return nil, missing
		}
		return password, err
	})
}

// Answered opens mdmcert.download's answer, see [signing.OpenAnswer]: whose request it belongs to, the
// request as it came, and what that is. s is nil where there is no config file.
func (e *Env) Answered(ctx context.Context, s *lifecycle.State, name string, answer *pushcert.File, o UnlockOptions) (profile string, data []byte, request *pushcert.File, err error) {
	if s == nil {
		s = &lifecycle.State{}
	}
	profile, data, err = signing.OpenAnswer(s, answer, func() (*signing.Opener, error) { return e.UnlockToLook(ctx, s, o) })
	if err == nil {
		request, err = pushcert.Read(name, data, nil)
	}
	return profile, data, request, disk.AboutErr(name, err)
}

// seen is a file that was looked at: what it is, or why nobody can tell.
type seen struct {
	File    *pushcert.File
	Finding problem.Finding
}

// See is lookAt for a command that looks at many files: what is wrong with one is a finding
// in its place. The error is what ends the command.
func (e *Env) See(at disk.Found, passwordFile string) (seen, error) {
	if at.Err != nil {
		return seen{Finding: problem.Of(at.Err).Finding(problem.Critical)}, nil
	}
	file, err := e.LookAt(at.Name, passwordFile)
	if errors.Is(err, context.Canceled) {
		return seen{}, err
	}
	if err != nil {
		return seen{Finding: problem.Of(err).Finding(problem.Critical)}, nil
	}
	return seen{File: file}, nil
}

// Recognise reads a file and says what it is; password is that of [pushcert.Read].
func (e *Env) Recognise(name string, password func() ([]byte, error)) (*pushcert.File, error) {
	return e.recognise(name, 1, password)
}

// recognise asks for another password as long as one is wrong and tries are left. Nobody who
// answers with nothing is asked again.
func (e *Env) recognise(name string, tries int, password func() ([]byte, error)) (*pushcert.File, error) {
	data, err := e.Read(name)
	if err != nil {
		return nil, err
	}
	answered := false
	asked := password
	if password != nil {
		asked = func() (given []byte, err error) {
			given, err = password()
			answered = len(given) > 0
			return given, err
		}
	}
	for {
		file, err := pushcert.Read(name, data, asked)
		if tries--; tries > 0 && answered && hasCode(err, problem.PasswordWrong) {
			continue
		}
		if err != nil {
			return nil, disk.AboutErr(name, err)
		}
		return file, nil
	}
}

// RequestIn reads the request or CSR in a file; nil if the file is not there, or is something else.
func RequestIn(path string) *pushcert.File {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || info.Size() > pushcert.MaxFileSize {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	file, err := pushcert.Read(path, data, nil)
	if err != nil || file.Role != pushcert.RoleRequest && file.CSR == nil {
		return nil
	}
	return file
}

// AgainstOptions are the flags of commands that compare with something else than a
// profile.
type AgainstOptions struct{ Against, PasswordFile string }

// Reference reads --against: a file if there is one of that name, else a bare topic.
func (e *Env) Reference(o AgainstOptions) (lifecycle.Reference, error) {
	r := lifecycle.Reference{File: disk.Named(o.Against)}
	if _, err := os.Stat(o.Against); err != nil && o.Against != disk.Stdio {
		// What was pasted may be too long for a name, or have characters that none can have.
		topic, ok := pushcert.ParseTopic(o.Against)
		switch {
		case ok:
			r.File, r.Topic = topic, topic
			return r, nil
		case pushcert.IsTeamID(o.Against):
			return r, problem.Say(problem.Usage, "topic.team", problem.Params{"value": o.Against})
		case errors.Is(err, fs.ErrNotExist):
			return r, problem.Say(problem.InputUnreadable, "against", problem.Params{"file": o.Against})
		}
	}
	file, err := e.LookAt(o.Against, o.PasswordFile)
	if err != nil {
		return r, err
	}
	return lifecycle.ReferenceOf(file, r.File)
}

// Aside is a line of a hint with another file in place of --force, where what lies at out is no request and no CSR:
// it may be another's.
func Aside(line, out string) string {
	if _, err := os.Stat(out); err != nil || RequestIn(out) != nil {
		return line
	}
	return strings.Replace(line, " --force", " --out FILE", 1)
}
