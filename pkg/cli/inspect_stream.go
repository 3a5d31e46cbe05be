package cli

import (
	"context"
	"encoding/json"
	"io"
	"iter"
	"runtime"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/pushcert"
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
	out := report{recognised: r.recognised}
	switch {
	case o.field != "":
		out.text = inspectFields()[o.field](r.view) + "\n"
	case o.json():
		var b strings.Builder
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		out.err = enc.Encode(r.view)
		out.text = strings.TrimSuffix(b.String(), "\n")
	default:
		p := &page{env: o.Env}
		p.inspected(r)
		out.text = p.b.String()
	}
	return out
}

// print writes the reports as they come, and tells whether every file was recognised.
// The JSON document is never in memory as a whole.
func (o *inspectOptions) print(reports iter.Seq[report]) (all bool, err error) {
	begin, between, end := "", "", ""
	switch {
	case o.json():
		begin, between, end = `{"schema": "`+schema+`", "ok": true, "result": {"files": [`+"\n", ",\n", "\n]}}\n"
	case o.field == "":
		between = "\n"
	}
	all, before := true, begin
	for r := range reports {
		if r.err != nil {
			return false, r.err
		}
		all = all && r.recognised
		if _, err := io.WriteString(o.IO.Out, before+r.text); err != nil {
			return false, err
		}
		before = between
	}
	if before == begin { // an empty folder has an empty list
		end = begin + end
	}
	_, err = io.WriteString(o.IO.Out, end)
	return all, err
}
