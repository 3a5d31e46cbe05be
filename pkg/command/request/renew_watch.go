package request

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// take waits for the certificate, and looks at it before it takes it. One that is refused
// is explained, and another one waited for.
func (g *guide) take(ctx context.Context) error {
	g.beside = newLookout(g.Env, g.folder(), g.name)
	g.beside.lieThere()
	for {
		file, err := g.download(ctx)
		if err != nil {
			return err
		}
		if same, err := g.same(ctx, file); err != nil {
			return err
		} else if same {
			g.Note("renew.same", problem.Params{"file": file, "profile": g.name})
			continue
		}
		status := g.run(ctx, g.given.line("verify", g.name, append(g.given.reading(), file, "--expect", string(pushcert.RoleMDMPush))...)...)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !usable(status) {
			g.Note("renew.another", problem.Params{"profile": g.name})
			continue
		}
		if yes, err := g.confirm("renew-import", true); err != nil {
			return err
		} else if !yes {
			continue
		}
		switch err := g.do(ctx, g.given.line("import", g.name, append(g.given.reading(), file)...)); {
		case err == nil, ctx.Err() != nil:
			return cmp.Or(ctx.Err(), err)
		}
	}
}

// usable tells by the exit status of verify that a file can be gone on with: it is what was
// looked for, though perhaps not for long.
func usable(status int) bool {
	return slices.Contains([]problem.Exit{problem.ExitOK, problem.ExitCritical, problem.ExitWarning}, problem.Exit(status))
}

// folder is where the download is looked for.
func (g *guide) folder() string {
	dir := g.given.watch
	if dir == "" {
		dir = g.downloads()
	}
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	return dir
}

// download is the file that a person names, or that arrives in the folder.
func (g *guide) download(ctx context.Context) (string, error) {
	file, err := g.file("renew-download", problem.Params{"dir": g.beside.dir})
	if err != nil || file != "" {
		g.beside.know(file)
		return file, err
	}
	return g.beside.arrival(ctx)
}

// same tells whether a file is the certificate that is registered already.
func (g *guide) same(ctx context.Context, file string) (bool, error) {
	s, err := g.State(ctx)
	if err != nil || s.Profiles[g.name] == nil {
		return false, err
	}
	p := s.Profiles[g.name]
	held, err := p.Leaf(g.name)
	leaf := pushCertificate(file, p, g.name)
	return held != nil && leaf != nil && held.SHA256() == leaf.SHA256(), err
}

// takeFile verifies and imports a file, and says what is left.
func (o *renewOptions) takeFile(ctx context.Context, name string) error {
	line := o.line("import", name, append(append(o.opening(), o.reading()...), o.file)...)
	o.first, o.expectTopic = false, "" // from now on the config file tells
	if !o.JSON() {
		env, kept := o.heeded(o.IO)
		if status := o.main(ctx, env, line); status != 0 {
			return cli.Verdict{Exit: problem.Exit(status)}
		}
		o.keepTaken(*kept)
		if err := o.WriteText("\n"); err != nil {
			return err
		}
		return o.show(ctx, name, nil)
	}
	var out bytes.Buffer
	env, kept := o.heeded(&term.Streams{In: o.IO.In, Out: &out, Err: o.IO.Err, Columns: o.IO.Columns, Device: o.IO.Device, Done: o.IO.Done})
	status := o.main(ctx, env, append(line, "--output", cli.OutputJSON))
	var answer struct{ Result map[string]any }
	if status != 0 || json.Unmarshal(out.Bytes(), &answer) != nil {
		if err := o.WriteText(out.String()); err != nil {
			return err
		}
		return cli.Verdict{Exit: problem.Exit(status)}
	}
	o.keepTaken(*kept)
	return o.show(ctx, name, answer.Result)
}

// heeded is the same outside world for another command, and whether that has kept something.
func (o *renewOptions) heeded(streams *term.Streams) (env *cli.Env, kept *bool) {
	env, kept = o.Beside(streams), new(bool)
	env.OnKept = func() {
		*kept = true
		if o.OnKept != nil {
			o.OnKept()
		}
	}
	return env, kept
}

// keepTaken remembers that a certificate was imported, if one was, whatever becomes of what is said about it.
func (o *renewOptions) keepTaken(kept bool) {
	if store, err := o.Open(); err == nil && kept {
		o.Keep(problem.New(problem.ResultLost, problem.Params{"path": store.Path(), "detail": ""}))
	}
}

// takeNext waits for the downloaded certificate and takes it, with nobody at a terminal.
func (o *renewOptions) takeNext(ctx context.Context, name string) (err error) {
	at := newLookout(o.Env, o.watch, name)
	at.lieThere()
	if o.file, err = at.arrival(ctx); err != nil {
		return err
	}
	return o.takeFile(ctx, name)
}
