package request

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/nextstep"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/secret"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// guide leads a person through the steps of one profile. Each step is a command that the
// person could type as well, and is shown so; what it leaves is in the config file, so that whoever
// comes back after an interrupt goes on where the last command ended.
type guide struct {
	*cli.Env

	given *renewOptions
	name  string
	year  nextstep.Year
	// kept tells that something is done that stays.
	kept bool
	// enrolled tells that devices are, as the person has answered, on a topic that nobody could tell.
	enrolled bool
	// beside is the folder of downloads.
	beside *lookout
	// passphrase is what was typed at the first step that needed it; it lives as long as the walk.
	passphrase string
}

// errLater ends a walk that a person goes on with another day.
var errLater = errors.New("later")

func (o *renewOptions) lead(ctx context.Context, name string) (err error) {
	g := &guide{Env: o.Env, given: o, name: name}
	if g.year, err = o.year(ctx, name); err != nil {
		return err
	}
	was := g.year
	g.kept = was.Step != nextstep.Request && was.Step != nextstep.Done
	g.page(func(p *cli.Page) {
		writeCase(p, was)
		writeSteps(p, was)
	})
	if err := g.walk(ctx); err != nil {
		return g.leave(ctx, err)
	}
	if g.year, err = o.year(ctx, name); err != nil {
		return err
	}
	g.page(func(p *cli.Page) { writeEnd(p, was, g.year, g.given.next(g.year)) })
	return nil
}

// leave ends a walk before its end, and says once how to go on: a step that failed has said why. What nobody
// understood is no answer, and leaves the rest for later.
func (g *guide) leave(ctx context.Context, err error) error {
	p := problem.Of(err)
	unclear := p.Key() == "usage.answer"
	if unclear {
		g.Complain(p)
	}
	key := "renew.unchanged"
	if g.kept {
		key = "renew.kept"
	}
	g.page(func(p *cli.Page) { p.Say(key, problem.Params{"command": g.given.again(g.name)}) })
	switch {
	case unclear, errors.Is(err, errLater):
		return nil
	case ctx.Err() != nil, errors.Is(err, context.Canceled), p.Code == problem.Interrupted:
		return cli.Verdict{Exit: problem.ExitInterrupted}
	}
	return err
}

// walk does the steps from the next one on.
func (g *guide) walk(ctx context.Context) error {
	if g.year.Step == nextstep.Done {
		if yes, err := g.confirm("renew-early", false); err != nil || !yes {
			return cmp.Or(err, errLater)
		}
		g.year.Step = nextstep.Request
	}
	steps := []struct {
		step nextstep.Step
		do   func(context.Context) error
	}{
		{nextstep.Request, g.request},
		{nextstep.Portal, g.portal},
		{nextstep.Download, g.take},
		{nextstep.Deliver, g.deliver},
		{nextstep.Test, g.test},
	}
	begun := false
	for _, s := range steps {
		if begun = begun || s.step == g.year.Step; !begun {
			continue
		}
		if err := s.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (g *guide) request(ctx context.Context) error {
	if g.year.Route == lifecycle.RouteElsewhere {
		g.page(func(p *cli.Page) { p.Say("renew.elsewhere", problem.Params{"profile": g.name}) })
		return nil
	}
	if yes, err := g.confirm("renew-request", true); err != nil || !yes {
		return cmp.Or(err, errLater)
	}
	line := g.given.line("csr", g.name, append(g.given.unlocking(), g.given.opening()...)...)
	if g.year.Route == lifecycle.RouteUnsigned {
		line = append(line, "--unsigned")
	}
	err := g.do(ctx, line)
	g.given.first, g.given.expectTopic = false, "" // from now on the config file tells
	return err
}

func (g *guide) portal(ctx context.Context) error {
	var err error
	switch {
	case g.year.Route == lifecycle.RouteUnsigned:
		err = g.signedElsewhere(ctx)
	case g.year.Route == lifecycle.RouteService && g.year.Unsigned:
		err = g.answered(ctx)
	}
	if err != nil {
		return err
	}
	return g.do(ctx, g.given.line("portal", g.name, "--quiet"))
}

// deliver hands the certificate to the server of the profile, or writes the file that one wants.
func (g *guide) deliver(ctx context.Context) error {
	if g.year.Server != "" {
		if yes, err := g.confirm("renew-upload", true); err != nil || !yes {
			return cmp.Or(err, errLater)
		}
		return g.do(ctx, g.given.line("import", g.name, append(g.given.unlocking(), "--upload")...))
	}
	if g.year.Route == lifecycle.RouteElsewhere {
		g.page(func(p *cli.Page) { p.Say("renew.deliver-there", problem.Params{"profile": g.name}) })
		return nil
	}
	question, usual := "renew-deliver", g.year.LastForm
	if usual != "" {
		question += "-again"
	}
	for {
		answer, err := g.ask(question, problem.Params{"form": usual})
		words := strings.Fields(cmp.Or(answer, usual)) // with flags of export, perhaps
		if err != nil || len(words) == 0 || g.means("later", answer) {
			return err
		}
		status := g.run(ctx, g.given.line("export", g.name, append(append(g.given.unlocking(), "--for"), words...)...)...)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case status == 0:
			return g.delivered(ctx, words[0])
		}
	}
}

// formAlone is the form of an export that takes no key out, which export itself keeps no record of.
const formAlone = "cert"

// delivered keeps that the certificate went to its server in that form, so that the walk goes on from there
// after an interrupt. Where nothing can be kept, the file has been written all the same.
func (g *guide) delivered(ctx context.Context, form string) error {
	g.kept = true
	if form != formAlone {
		return nil
	}
	err := g.Update(ctx, func(s *lifecycle.State) error { return s.RecordExport(g.name, g.Actor(), form, g.Now()) })
	if store, unopened := g.Open(); err != nil && problem.Of(err).Code != problem.Interrupted && unopened == nil {
		g.Note("export.unrecorded", problem.Params{"path": store.Path(), "profile": g.name})
		return nil
	}
	return err
}

// test pushes to a device that the person names, until APNs has taken a push or the person says that a
// device has answered. A rehearsal's devices are at the simulator, whose address nobody knows here. Without
// the key nothing can be pushed from here.
func (g *guide) test(ctx context.Context) error {
	s, err := g.State(ctx)
	if err != nil {
		return err
	}
	elsewhere, rehearsal := s.Profiles[g.name].WatchedOnly(), s.TrustRoot != ""
	for {
		answer, err := g.ask(testQuestion(elsewhere, rehearsal), nil)
		switch {
		case err != nil || answer == "":
			return err
		case g.means("later", answer):
			return errLater
		case g.means("tested", answer):
			return g.tested(ctx)
		case elsewhere, rehearsal:
			continue
		}
		file, ok := g.found(answer)
		if !ok {
			continue
		}
		status := g.run(ctx, g.given.line("push", g.name, append(g.given.unlocking(), "--tokens-file", file)...)...)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case status == 0:
			return g.tested(ctx)
		}
	}
}

// testQuestion is how a test is asked for: of a key elsewhere, of a rehearsal, or of a device.
func testQuestion(elsewhere, rehearsal bool) string {
	switch {
	case elsewhere:
		return "renew-test-elsewhere"
	case rehearsal:
		return "renew-test-rehearsal"
	}
	return "renew-test"
}

// tested keeps that the registered certificate wakes devices.
func (g *guide) tested(ctx context.Context) error {
	return g.Update(ctx, func(s *lifecycle.State) error {
		p, err := s.Profile(g.name)
		if err == nil && p.Certificate != nil {
			p.Certificate.TestedAt = new(g.Now())
		}
		return err
	})
}

// do shows a command and runs it; a refusal ends the walk, for the command has said why.
func (g *guide) do(ctx context.Context, line []string) error {
	status := g.run(ctx, line...)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case status != 0:
		return cli.Verdict{Exit: problem.Exit(status)}
	}
	g.kept = true
	g.Reread()
	return nil
}

func (g *guide) run(ctx context.Context, line ...string) int {
	shown := slices.Clone(line)
	if i := slices.Index(shown, "--lang"); i > 0 {
		shown = slices.Delete(shown, i, i+2)
	}
	shown = slices.DeleteFunc(shown, func(word string) bool { return word == "--no-color" })
	typed := term.Wrap("  apnsctl "+strings.Join(cli.Quoted(shown), " "), g.IO.Columns)
	fmt.Fprintf(g.IO.Out, "\n$ %s\n", strings.TrimSpace(typed))
	env := g.Beside(g.IO)
	env.Led, env.Enrolled, env.OnTyped = true, &g.enrolled, func(passphrase []byte) { g.passphrase = string(passphrase) }
	env.Getenv = func(name string) string {
		if name == secret.PassphraseVariable && g.passphrase != "" {
			return g.passphrase
		}
		return g.Getenv(name)
	}
	return g.given.main(ctx, env, line)
}
