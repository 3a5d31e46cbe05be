package inspect

import (
	"context"
	"io"
	"iter"
	"runtime"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/internal/caught"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// printed is what is printed of one file.
type printed struct {
	text string
	told []problem.Finding // why there is no bare value
	exit problem.Exit
	err  error
}

// inspected checks files on all processors and yields their reports in order. At most
// a few are in memory, however many files there are.
func (o *inspectOptions) inspected(ctx context.Context, files []disk.Found, trust *pushcert.Trust) iter.Seq[printed] {
	type task struct {
		disk.Found
		done chan printed
	}
	return func(yield func(printed) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		workers := runtime.GOMAXPROCS(0)
		const ahead = 32 // of a slow file, each processor
		tasks, order := make(chan task), make(chan task, ahead*workers)
		go func() {
			defer close(order)
			defer close(tasks)
			for _, file := range files {
				t := task{file, make(chan printed, 1)}
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
					t.done <- o.rendered(t.Found, trust)
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

// rendered inspects and shows one file. A panic over it is its error.
func (o *inspectOptions) rendered(file disk.Found, trust *pushcert.Trust) (out printed) {
	if p := caught.Run(func() { out = o.render(o.inspect(file, trust)) }); p != nil {
		return printed{err: p}
	}
	return out
}

// render shows one file: the bare field that was asked for, an element of the JSON
// document, or the page for a person.
func (o *inspectOptions) render(r inspected) printed {
	out := printed{exit: r.exit, err: r.err}
	switch {
	case r.err != nil:
	case o.field != "":
		var field string
		field, out.told = o.bare(r)
		if field == "" { // which is an answer, and not a good one
			out.exit = problem.Graver(out.exit, problem.ExitRefused)
		}
		out.text = msg.Clean(field) + "\n" // whoever made the file chose it
	case o.JSON():
		out.text, out.err = document.Compact(o.view(r))
	default:
		p := o.Env.NewPage()
		writeInspected(p, r, o.view(r))
		out.text = p.Done()
	}
	return out
}

// print writes the reports as they come, and returns the gravest status of all.
func (o *inspectOptions) print(ctx context.Context, reports iter.Seq[printed]) (exit problem.Exit, err error) {
	put, end := o.printText(), func() error { return nil }
	if o.JSON() {
		s := o.Stream("files")
		put, end = s.Element, func() error { return s.End(struct{}{}) }
	}
	for r := range reports {
		exit = problem.Graver(exit, r.exit)
		if r.err == nil {
			r.err = put(r.text)
		}
		if r.err != nil {
			return exit, r.err
		}
		o.Warn(r.told...)
	}
	if ctx.Err() != nil {
		return exit, ctx.Err()
	}
	return exit, end()
}

// printText writes pages with an empty line between them, or bare fields without.
func (o *inspectOptions) printText() func(string) error {
	before := ""
	return func(text string) error {
		_, err := io.WriteString(o.ResultOut(), before+text)
		if o.field == "" {
			before = "\n"
		}
		return err
	}
}
