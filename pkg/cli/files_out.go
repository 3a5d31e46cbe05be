package cli

import (
	"errors"
	"os"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/apnsctl/apnsctl/pkg/internal/wholefile"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Write writes the file as a whole or not at all. Mode 0600 even where no secret is
// in it: whoever wants to share it decides so. A pipe may have no reader: an interrupt
// ends that wait.
func (e *Env) Write(o disk.Output, data []byte) error {
	err := e.write(o, data)
	if err == nil && o.Path != disk.Stdio && e.ifLost == nil {
		e.KeepFile(o.Path)
	}
	return lost(err)
}

// KeepFile is [Env.Keep] for a file that is written.
func (e *Env) KeepFile(path string) {
	e.Keep(problem.Say(problem.ResultLost, "file", problem.Params{"made": path, "detail": ""}))
}

func (e *Env) write(o disk.Output, data []byte) error {
	if o.Path == disk.Stdio {
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
		return disk.WrapUnwritable(o.Path, err)
	}
	if o.Shared {
		return disk.WrapUnwritable(o.Path, wholefile.ReplaceShared(o.Path, data))
	}
	return disk.WrapUnwritable(o.Path, wholefile.Replace(o.Path, data))
}

// Append adds a text to the end of a file that another program named, by a variable.
func (e *Env) Append(variable, path, text string) error {
	if err := e.Guard(variable, path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return disk.Unwritable(path, err)
	}
	_, err = f.WriteString(text)
	return disk.WrapUnwritable(path, errors.Join(err, f.Close()))
}

// Cache is that of this person.
func (e *Env) Cache() disk.Cache { return disk.CacheOf(e.Getenv) }

// FileName is a profile's name as a part of file names, other than that of every other
// profile of the config file.
func (e *Env) FileName(profile string) string {
	var others []string
	if s := e.atHand(); s != nil {
		others = s.Names()
	}
	return disk.Name(profile, others)
}
