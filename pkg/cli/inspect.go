package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
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
	out := o.printer()
	all := true
	for r := range o.inspected(ctx, files, trust) {
		all = all && r.recognised
		if err := out.file(r); err != nil {
			return err
		}
	}
	if err := cmp.Or(ctx.Err(), out.end()); err != nil {
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

// expand replaces folders by the files in them, in the order of their names.
func expand(names []string) ([]string, error) {
	var files []string
	for _, name := range names {
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

// inspected judges files in parallel and yields them in order. At most a few files
// are in memory, however many there are.
func (o *inspectOptions) inspected(ctx context.Context, files []string, trust *pushcert.Trust) func(func(inspected) bool) {
	return func(yield func(inspected) bool) {
		queue := make(chan chan inspected, 2*runtime.GOMAXPROCS(0))
		slots := make(chan struct{}, runtime.GOMAXPROCS(0))
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		go func() {
			defer close(queue)
			for _, name := range files {
				done := make(chan inspected, 1)
				select {
				case queue <- done:
				case <-ctx.Done():
					return
				}
				slots <- struct{}{}
				go func() {
					defer func() { <-slots }()
					done <- o.inspect(name, trust)
				}()
			}
		}()
		for done := range queue {
			if !yield(<-done) {
				return
			}
		}
	}
}

// inspectPrinter writes files one by one in the chosen form.
type inspectPrinter struct {
	*inspectOptions
	count int
}

func (o *inspectOptions) printer() *inspectPrinter { return &inspectPrinter{inspectOptions: o} }

func (p *inspectPrinter) file(r inspected) error {
	p.count++
	switch {
	case p.field != "":
		_, err := fmt.Fprintln(p.IO.Out, inspectFields()[p.field](r.view))
		return err
	case p.json():
		return p.element(r.view)
	}
	page := &page{env: p.Env}
	if p.count > 1 {
		page.b.WriteString("\n")
	}
	page.inspected(r)
	_, err := fmt.Fprint(p.IO.Out, page.b.String())
	return err
}

// element writes one file of the streamed JSON document.
func (p *inspectPrinter) element(v inspectView) error {
	before := ",\n"
	if p.count == 1 {
		before = `{"schema": "` + schema + `", "ok": true, "result": {"files": [` + "\n"
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := fmt.Fprint(p.IO.Out, before+strings.TrimSuffix(b.String(), "\n"))
	return err
}

// end closes the JSON document; an empty folder has an empty list.
func (p *inspectPrinter) end() error {
	if !p.json() {
		return nil
	}
	if p.count == 0 {
		return p.result(map[string]any{"files": []inspectView{}}, nil)
	}
	_, err := fmt.Fprint(p.IO.Out, "\n]}}\n")
	return err
}
