package cli

import (
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// door is a file that a command line names, and by which word.
type door struct{ word, path string }

// outputMark is the annotation of a flag that names a file or folder to be written. Every
// other flag that names a file reads it.
const outputMark = "apnsctl_output"

// OutputVar defines a flag that names a file or folder to be written.
func OutputVar(f *pflag.FlagSet, to *string, name, value, placeholder string) {
	f.StringVar(to, name, value, placeholder)
	f.Lookup(name).Annotations = map[string][]string{outputMark: {"true"}}
}

// isOutput and isInput tell what a flag names.
func isOutput(f *pflag.Flag) bool { return len(f.Annotations[outputMark]) > 0 }

func isInput(f *pflag.Flag) bool {
	return (strings.Contains(f.Usage, "FILE") || f.Usage == "DIR") && !isOutput(f) && f.Name != "config"
}

// FileUse names what a command does with the file of a flag, for its help.
func FileUse(f *pflag.Flag) string {
	switch {
	case isOutput(f):
		return "written"
	case isInput(f):
		return "read"
	}
	return ""
}

// readsArguments tells whether the arguments of a command are files to be read.
func readsArguments(c *cobra.Command) bool {
	return strings.Contains(c.Use, "FILE") || strings.Contains(c.Use, "CSR")
}

// doors are the files that a command line reads and writes.
func doors(c *cobra.Command) (in, out []door) {
	add := func(doors *[]door, f *pflag.Flag) {
		values := []string{f.Value.String()}
		if several, ok := f.Value.(pflag.SliceValue); ok {
			values = several.GetSlice()
		}
		for _, value := range values {
			if value != "" {
				*doors = append(*doors, door{"--" + f.Name, value})
			}
		}
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		switch {
		case isOutput(f):
			add(&out, f)
		case isInput(f):
			add(&in, f)
		}
	})
	if !readsArguments(c) {
		return in, out
	}
	args := c.Flags().Args()
	if c.Flags().Lookup("out") != nil {
		args = disk.Globbed(args)
	}
	for i, name := range args {
		word := "FILE"
		if len(args) > 1 {
			word += " " + strconv.Itoa(i+1)
		}
		in = append(in, door{word, name})
	}
	return in, out
}

// checkDoors refuses a command line that reads standard input or another pipe twice, or whose output would
// take the place of the config file or of an input. Nothing was read or asked before.
func (e *Env) checkDoors(c *cobra.Command) error {
	in, out := doors(c)
	e.inputs = in
	if err := e.checkOnce(in); err != nil {
		return err
	}
	for _, d := range in {
		if typed.SecretFile(strings.TrimPrefix(d.word, "--")) {
			if err := e.GuardSecret(d.word, d.path); err != nil {
				return err
			}
		}
	}
	for _, d := range out {
		if err := e.Guard(d.word, d.path); err != nil {
			return err
		}
	}
	return nil
}

// Guard refuses an output that is the config file, one of the files beside it, or an input
// of this command, by whatever name.
func (e *Env) Guard(word, path string) error {
	if path == disk.Stdio {
		return nil
	}
	if file := e.ownFile(path); file != "" {
		return problem.Say(problem.Usage, "output-lost.config", problem.Params{"flag": word, "output": path, "path": file})
	}
	for _, d := range e.inputs {
		if d.path == disk.Stdio && e.isStdin(path) || d.path != disk.Stdio && disk.Same(path, d.path) {
			return problem.Say(problem.Usage, "output-lost.input", problem.Params{
				"flag": word, "output": path, "input_flag": d.word, "input": d.path,
			})
		}
	}
	return nil
}

// ownFile is the config file, or the one of those beside it, that a path leads to; empty for another.
func (e *Env) ownFile(path string) string {
	if store, err := e.Open(); err == nil {
		for _, file := range store.Files() {
			if disk.Same(path, file) || path == disk.Stdio && e.isStdin(file) {
				return file
			}
		}
	}
	return ""
}

// GuardSecret refuses a secret in a file that this program writes anew, for nobody had it any more then.
func (e *Env) GuardSecret(word, path string) error {
	if file := e.ownFile(path); file != "" {
		return problem.Say(problem.Usage, "secret-lost", problem.Params{"flag": word, "file": path, "path": file})
	}
	return nil
}

// GuardReference is [Env.GuardSecret] for a value that may say in which file a secret is.
func (e *Env) GuardReference(word, value string) error {
	if path, ok := strings.CutPrefix(value, "file:"); ok {
		return e.GuardSecret(word, path)
	}
	return nil
}

// checkOnce refuses two inputs that are one which can be read once: standard input, or a pipe
// by whatever name.
func (e *Env) checkOnce(in []door) error {
	var pipes []door
	for _, d := range in {
		info, err := e.stat(d.path)
		isPipe := err == nil && info.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) != 0
		if d.path != disk.Stdio && !isPipe {
			continue
		}
		for _, before := range pipes {
			params := problem.Params{"first": before.word, "second": d.word, "file": d.path}
			if d.path == disk.Stdio && before.path == disk.Stdio {
				return problem.Say(problem.Usage, "stdin-twice", params)
			}
			if other, err := e.stat(before.path); isPipe && err == nil && os.SameFile(info, other) {
				return problem.Say(problem.Usage, "stdin-twice.pipe", params)
			}
		}
		pipes = append(pipes, d)
	}
	return nil
}

// stat looks at an input. Standard input need not be a file.
func (e *Env) stat(name string) (fs.FileInfo, error) {
	if name != disk.Stdio {
		return os.Stat(name)
	}
	if in, ok := e.IO.In.(interface{ Stat() (fs.FileInfo, error) }); ok {
		return in.Stat()
	}
	return nil, fs.ErrInvalid
}

// isStdin tells whether a path names the file that standard input comes from.
func (e *Env) isStdin(path string) bool {
	one, err1 := e.stat(disk.Stdio)
	two, err2 := os.Stat(path)
	return err1 == nil && err2 == nil && one.Mode().IsRegular() && os.SameFile(one, two)
}
