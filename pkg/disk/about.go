package disk

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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
	case isFolder(name, err):
		return problem.Say(problem.InputUnreadable, "folder", params).Because(err)
	}
	return problem.New(problem.InputUnreadable, params).Because(err)
}

// UnreadableAs is [Unreadable] for a file that a command line names by a word, "FILE 2" or "--against". In a
// folder that was named in its place the file may be found by what it is, where that is more than text.
func UnreadableAs(word, name string, err error) error {
	p := Unreadable(name, err)
	told := []string{"FILE", "--against", "--certificate", "--key", "--chain", "--trust-root", "--ca-file"}
	if kind, _, _ := strings.Cut(word, " "); problem.Of(p).Key() == "input-unreadable.folder" && slices.Contains(told, kind) {
		return problem.Say(problem.InputUnreadable, "folder.told", problem.Params{"file": name}).Because(err)
	}
	return p
}

// CheckSecret refuses a file that a flag names and that is not there, without its name: that may be the secret,
// given in its place.
func CheckSecret(flag, name string) error {
	if _, err := os.Lstat(name); name == Stdio || err == nil || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return problem.Say(problem.InputUnreadable, "secret", problem.Params{"flag": flag})
}

// UnreadableFolder is why a folder cannot be looked into.
func UnreadableFolder(name string, err error) error {
	params := problem.Params{"file": name}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return problem.Say(problem.InputUnreadable, "no-folder", params).Because(err)
	case errors.Is(err, syscall.ENOTDIR):
		return problem.Say(problem.InputUnreadable, "not-folder", params).Because(err)
	}
	return Unreadable(name, err)
}

// isFolder tells whether a folder is why a file cannot be read or written.
func isFolder(name string, err error) bool {
	info, missing := os.Stat(name)
	return errors.Is(err, syscall.EISDIR) || missing == nil && info.IsDir() && !errors.Is(err, fs.ErrPermission)
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
	params := problem.Params{"file": path}
	switch {
	case errors.Is(err, syscall.EISDIR):
		return problem.Say(problem.OutputUnwritable, "is-folder", params).Because(err)
	case !errors.Is(err, syscall.ENOTDIR):
		return problem.New(problem.OutputUnwritable, params).Because(err)
	}
	params["folder"] = path // or one above it that is none
	for {
		if _, err := os.Stat(params["folder"]); err == nil || params["folder"] == filepath.Dir(params["folder"]) {
			break
		}
		params["folder"] = filepath.Dir(params["folder"])
	}
	if params["folder"] == path {
		return problem.Say(problem.OutputUnwritable, "not-folder", params).Because(err)
	}
	return problem.Say(problem.OutputUnwritable, "below-file", params).Because(err)
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
