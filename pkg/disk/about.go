package disk

import (
	"cmp"
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Stdio is the file name that means standard input or output.
const Stdio = "-"

// Named is the name of a file for a sentence; standard input has none.
func Named(file string) string { return cmp.Or(map[string]string{Stdio: "(stdin)"}[file], file) }

// Unreadable is why an input cannot be read, for a person.
func Unreadable(name string, err error) error {
	params := problem.Params{"file": name}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return problem.Say(problem.InputUnreadable, "missing", params).Because(err)
	case errors.Is(err, fs.ErrPermission):
		return problem.Say(problem.InputUnreadable, "permission", params).Because(err)
	case errors.Is(err, syscall.EISDIR):
		return problem.Say(problem.InputUnreadable, "folder", params).Because(err)
	}
	return problem.New(problem.InputUnreadable, params).Because(err)
}

// WrapUnwritable is [Unwritable] where there is an error, else nil.
func WrapUnwritable(path string, err error) error {
	if err == nil {
		return nil
	}
	return Unwritable(path, err)
}

// Unwritable is why a file cannot be written, for a person.
func Unwritable(path string, err error) error {
	return problem.New(problem.OutputUnwritable, problem.Params{"file": path}).Because(err)
}

// About names the file in its findings. Standard input has no name, and cannot be
// read again.
func About(name string, findings []problem.Finding) []problem.Finding {
	if name == Stdio {
		return findings
	}
	return problem.About(findings, "file", AsArgument(name))
}

// AsArgument is a file's name as a command takes it: one that looks like a flag does not.
func AsArgument(name string) string {
	if name != Stdio && strings.HasPrefix(name, "-") {
		return "./" + name
	}
	return name
}

// AboutErr is [About] for what stops a command.
func AboutErr(name string, err error) error {
	p, ok := errors.AsType[*problem.Error](err)
	if !ok || name == Stdio {
		return err
	}
	return p.About("file", AsArgument(name))
}
