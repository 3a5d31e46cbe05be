package cli

import (
	"context"
	"io"
	"iter"
	"runtime"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// report is what is printed of one file.
type report struct {
	text       string
	recognised bool
	err        error
}

// inspected judges files on all processors and yields their reports in order. At most
// a few are in memory, however many files there are.
func (o *inspectOptions) inspected(ctx context.Context, files []string, trust *pushcert.Trust) iter.Seq[report] {
	type task struct {
		name string
		done chan report
	}
	return func(yield func(report) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		workers := runtime.GOMAXPROCS(0)
		const ahead = 32 // of a slow file, each processor
		tasks, order := make(chan task), make(chan task, ahead*workers)
		go func() {
			defer close(order)
			defer close(tasks)
			for _, name := range files {
				t := task{name, make(chan report, 1)}
				select {
				case order <- t:
					tasks <- t
				case <-ctx.Done():
					return
				}
			}
		}()
		for range workers {
			go func() {
				for t := range tasks {
					t.done <- o.report(o.inspect(t.name, trust))
				}
			}()
		}
		for t := range order {
			if !yield(<-t.done) {
				return
			}
		}
	}
}

// report renders one file: the bare field that was asked for, an element of the JSON
// document, or the page for a person.
func (o *inspectOptions) report(r inspected) report {
	out := report{recognised: r.recognised, err: r.err}
	switch {
	case r.err != nil:
	case o.field != "":
		value := term.Clean(inspectFields()[o.field](r.view)) // whoever made the file chose it
		out.text = strings.NewReplacer("\n", "\ufffd", "\t", "\ufffd").Replace(value) + "\n"
	case o.json():
		out.text, out.err = compact(r.view)
	default:
		p := &page{env: o.Env}
		p.inspected(r)
		out.text = p.b.String()
	}
	return out
}

// print writes the reports as they come, and tells whether every file was recognised.
func (o *inspectOptions) print(ctx context.Context, reports iter.Seq[report]) (all bool, err error) {
	put, end := o.printText(), func() error { return nil }
	if o.json() {
		s := o.stream("files")
		put, end = s.element, func() error { return s.end(struct{}{}) }
	}
	all = true
	for r := range reports {
		all = all && r.recognised
		if r.err == nil {
			r.err = put(r.text)
		}
		if r.err != nil {
			return false, r.err
		}
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	return all, end()
}

// printText writes pages with an empty line between them, or bare fields without.
func (o *inspectOptions) printText() func(string) error {
	before := ""
	return func(text string) error {
		_, err := io.WriteString(o.IO.Out, before+text)
		if o.field == "" {
			before = "\n"
		}
		return err
	}
}
