package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/apnsctl/apnsctl/pkg/internal/wholefile"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Output is where a command writes a file.
type Output struct {
	Path  string // "-" is standard output
	Force bool   // replace a file with other content
	// Ours, where it is set, tells a file that this program wrote, and may write anew.
	Ours func(old []byte) bool
	// Shared makes the file readable for everybody: there is nothing secret in it, and its
	// reader is another program under another name.
	Shared bool
}

// Check tells before anything else is done whether the file may be written: an
// existing one with the same bytes is fine, another needs force.
func (o Output) Check(data []byte) error {
	if o.Path == Stdio || o.Force {
		return nil
	}
	info, err := os.Stat(o.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return o.checkFolder()
	case err != nil:
		return Unwritable(o.Path, err)
	case info.IsDir():
		return problem.Say(problem.OutputExists, "folder", problem.Params{"file": o.Path})
	case !info.Mode().IsRegular(): // a pipe or a device holds nothing that could be lost
		return nil
	}
	if o.mayReplace(info.Size(), data) {
		return nil
	}
	return problem.New(problem.OutputExists, problem.Params{"file": o.Path})
}

// mayReplace tells whether an existing file of that size holds nothing that could be lost: the
// same bytes, or what this program wrote.
func (o Output) mayReplace(size int64, data []byte) bool {
	same := data != nil && size == int64(len(data)) // of another length, however large, it is another
	if !same && (o.Ours == nil || size > pushcert.MaxFileSize) {
		return false
	}
	old, err := os.ReadFile(o.Path)
	return err == nil && (same && bytes.Equal(old, data) || o.Ours != nil && o.Ours(old))
}

// checkFolder tells whether there is a folder to write the file into.
func (o Output) checkFolder() error {
	folder := filepath.Dir(o.Path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return problem.Say(problem.OutputUnwritable, "folder", problem.Params{"file": o.Path, "folder": folder}).Because(err)
	}
	return nil
}

// Write writes the file as a whole or not at all. Mode 0600 even where no secret is
// in it: whoever wants to share it decides so. A pipe may have no reader: an interrupt
// ends that wait.
func (e *Env) Write(o Output, data []byte) error {
	err := e.write(o, data)
	if err == nil && o.Path != Stdio && e.ifLost == nil {
		e.Keep(problem.Say(problem.ResultLost, "file", problem.Params{"made": o.Path, "detail": ""}))
	}
	return lost(err)
}

func (e *Env) write(o Output, data []byte) error {
	if o.Path == Stdio {
		_, err := e.IO.Out.Write(data)
		return err
	}
	if err := e.Guard("--out", o.Path); err != nil {
		return err
	}
	if err := o.Check(data); err != nil {
		return err
	}
	if info, err := os.Stat(o.Path); err == nil && !info.Mode().IsRegular() {
		_, err := wait.For(e.IO.Done, func() (struct{}, error) { return struct{}{}, os.WriteFile(o.Path, data, 0o600) })
		return WrapUnwritable(o.Path, err)
	}
	if o.Shared {
		return WrapUnwritable(o.Path, wholefile.ReplaceShared(o.Path, data))
	}
	return WrapUnwritable(o.Path, wholefile.Replace(o.Path, data))
}

// Append adds a text to the end of a file that another program named, by a variable.
func (e *Env) Append(variable, path, text string) error {
	if err := e.Guard(variable, path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return Unwritable(path, err)
	}
	_, err = f.WriteString(text)
	return WrapUnwritable(path, errors.Join(err, f.Close()))
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

// Cache keeps what can be fetched again, in the system's folder for that. Whatever goes wrong with
// it, things are fetched again; a cache without a folder keeps nothing.
type Cache struct{ folder string }

// How much is kept: so many things, each of so many bytes at most.
const (
	mostCached     = 8
	mostCachedSize = 16 << 20
)

// Cache is that of this person.
func (e *Env) Cache() Cache {
	base := e.Getenv("XDG_CACHE_HOME")
	switch home := e.Getenv("HOME"); {
	case base != "":
	case runtime.GOOS == "windows":
		base = e.Getenv("LocalAppData")
	case home != "":
		base = filepath.Join(home, ".cache")
	}
	if !filepath.IsAbs(base) {
		return Cache{}
	}
	return Cache{filepath.Join(base, "apnsctl")}
}

// Get gives back what was kept under a name, which anybody may have changed since.
func (c Cache) Get(name string) ([]byte, bool) {
	if c.folder == "" {
		return nil, false
	}
	info, err := os.Lstat(c.path(name))
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostCachedSize {
		return nil, false
	}
	data, err := os.ReadFile(c.path(name))
	return data, err == nil
}

// Put keeps something under a name. Where there is no more room, all that was kept goes.
func (c Cache) Put(name string, data []byte) {
	if c.folder == "" || len(data) > mostCachedSize || os.MkdirAll(c.folder, 0o700) != nil {
		return
	}
	if kept, err := filepath.Glob(filepath.Join(c.folder, "*"+cachedMark)); err == nil && len(kept) >= mostCached {
		for _, path := range kept {
			_ = os.Remove(path) // what stays is only in the way
		}
	}
	_ = wholefile.Replace(c.path(name), data) // then it is fetched again
}

// cachedMark ends the names of what is kept.
const cachedMark = ".cached"

func (c Cache) path(name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(c.folder, hex.EncodeToString(sum[:])+cachedMark)
}
