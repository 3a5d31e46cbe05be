package watch

import (
	"bytes"
	"io"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// words are what the writers of a report say, in the person's language.
type words struct{ *cli.Env }

// Clean implements [report.Words].
func (w words) Clean(text string) string { return msg.Clean(text) }

// Lang implements [report.Words].
func (w words) Lang() string { return string(w.Msg.Lang) }

// output is where --out leads. What status wrote before, it writes anew: a job does so every
// night.
func (o *StatusOptions) output() disk.Output {
	form, japanese := o.Global.Output, *o.Env
	japanese.Msg.Lang = msg.Japanese
	return disk.Output{
		Path: o.out, Force: o.force, Shared: form == "prometheus",
		Ours: func(old []byte) bool { return report.Written(form, old, words{o.English()}, words{&japanese}) },
	}
}

// noReport says of a file that is there that status did not write it.
func noReport(err error) error {
	if p := problem.Of(err); err != nil && p.Key() == string(problem.OutputExists) {
		return problem.Say(problem.OutputExists, "report", p.Params)
	}
	return err
}

// checkOut tells before anything is read whether the file can be written.
func (o *StatusOptions) checkOut() error {
	if o.out == "" || o.out == disk.Stdio {
		return nil
	}
	return noReport(o.output().Check(nil))
}

// write ends the command: the report in the form that was asked for, and the verdict.
func (o *StatusOptions) write(s report.Sheet) error {
	exit := s.Exit
	if o.Global.Output == "nagios" {
		status, _ := report.NagiosStatus(exit)
		exit = problem.Exit(status)
	}
	if o.out != "" && o.out != disk.Stdio {
		var text bytes.Buffer
		if err := o.print(s, &text, nil); err != nil {
			return err
		}
		if err := o.Write(o.output(), text.Bytes()); err != nil {
			return noReport(err)
		}
		if !o.JSON() { // with it, a document is on standard output in every case
			return o.summed(s, exit)
		}
	}
	if err := o.print(s, o.ResultOut(), o.IO); err != nil {
		return err
	}
	return o.summed(s, exit)
}

// summed adds the table to a job's summary, and ends the command with its verdict.
func (o *StatusOptions) summed(s report.Sheet, exit problem.Exit) error {
	const variable = "GITHUB_STEP_SUMMARY"
	if path := o.Getenv(variable); path != "" && o.Global.Output == "github" {
		if err := o.Append(variable, path, s.Summary()); err != nil {
			return err
		}
	}
	if exit != problem.ExitOK {
		return cli.Verdict{Exit: exit}
	}
	return nil
}

// print writes the report to a stream, or as it is in a file where there is none.
func (o *StatusOptions) print(s report.Sheet, to io.Writer, screen *term.Streams) error {
	env := *o.Env
	env.IO = &term.Streams{Out: to, Columns: term.Columns}
	if screen != nil {
		env.IO.Color, env.IO.Columns, env.IO.Folder = screen.Color, columns(screen), screen.Folder
	}
	if form, ok := report.Form(o.Global.Output); ok {
		return env.WriteText(form(s))
	}
	if env.JSON() {
		view, items := s.Status(env.English())
		return env.ResultWithList(StatusView{View: view, Recipients: append([]string{}, s.Recipients...)}, "items", items)
	}
	return env.Result(nil, func(p *cli.Page) {
		p.Rehearsal, p.Strict = s.Rehearsal, s.Grading.Strict
		if o.long {
			writeBlocks(p, s)
			return
		}
		writeTable(p, s)
	})
}

// columns is the width of a table: that of the terminal, as long as a table can be read there.
func columns(s *term.Streams) int {
	const least, most = 60, 160
	if s.Screen == 0 {
		return s.Columns
	}
	return min(max(s.Screen, least), most)
}
