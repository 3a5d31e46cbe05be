package cli

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

type inspectOptions struct {
	*Env
	files        []string
	field        string
	passwordFile string
	trust        trustOptions
}

func newInspect(env *Env, run runner[inspectOptions]) *cobra.Command {
	o := &inspectOptions{Env: env}
	c := command("inspect FILE... [flags]", argCount{1, -1}, func(ctx context.Context, args []string) error {
		o.files = args
		return run.or(runInspect)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.field, "field", "", "FIELD")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	f.StringVar(&o.trust.root, "trust-root", "", "FILE")
	f.StringVar(&o.trust.chain, "chain", "", "FILE")
	return c
}

// runInspect reads files on all processors and prints them in their order as they are
// done. One bad file does not stop the rest; the status tells that there was one.
func runInspect(ctx context.Context, o *inspectOptions) error {
	if err := o.checkField(); err != nil {
		return err
	}
	files, err := expand(o.files)
	if err != nil {
		return err
	}
	// No config file is needed; one that is a rehearsal names its own authorities.
	s, err := o.state(ctx)
	if err != nil {
		s = nil
	}
	trust, err := o.Env.trust(s, o.trust)
	if err != nil {
		return err
	}
	all, err := o.print(ctx, o.inspected(ctx, files, trust))
	if err != nil {
		return err
	}
	if !all {
		return verdict{problem.ExitRefused}
	}
	return nil
}

// checkField tells whether --field names a value that can be printed bare.
func (o *inspectOptions) checkField() error {
	fields := inspectFields()
	switch {
	case o.field == "":
		return nil
	case o.json():
		return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--field", "other": "--output json"})
	case fields[o.field] == nil:
		names := slices.Sorted(maps.Keys(fields))
		return problem.Say(problem.Usage, "field", problem.Params{"value": o.field, "fields": strings.Join(names, ", ")})
	}
	return nil
}

// expand replaces patterns and folders by their files, in the order of their names.
func expand(names []string) ([]string, error) {
	var files []string
	for _, name := range globbed(names) {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			files = append(files, name) // a missing file is reported in its place
			continue
		}
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, unreadable(name, err)
		}
	}
	return files, nil
}
