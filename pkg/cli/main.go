package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Main runs one command line and returns its exit status.
func Main(ctx context.Context, env *Env, args []string) (status int) {
	// Even a line that cannot be parsed is answered in the right language and form.
	env.msg = msg.Printer{Lang: msg.Detect(scan(args, "lang", ""), env.Getenv)}
	env.global.output = cmp.Or(scan(args, "output", "o"), env.Getenv("APNSCTL_OUTPUT"))
	env.IO.Done = ctx.Done()
	defer func() {
		if p := recover(); p != nil {
			err := fmt.Errorf("%v\n%s", p, debug.Stack())
			status = int(env.finish(ctx, problem.New(problem.Internal, problem.Params{"detail": fmt.Sprint(p)}).Because(err)))
		}
	}()
	root := newRoot(env)
	root.SetArgs(args)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		env.describe(root)
		env.completeFlags(root)
	}
	return int(env.finish(ctx, cmp.Or(root.ExecuteContext(ctx), env.helpErr)))
}

// scan finds the last value of a flag in unparsed arguments; short may be empty.
// Arguments after "--" are not flags.
func scan(args []string, long, short string) (value string) {
	for i, a := range args {
		if a == "--" {
			break
		}
		next := ""
		if i+1 < len(args) {
			next = args[i+1]
		}
		switch {
		case a == "--"+long, short != "" && a == "-"+short:
			value = next
		case strings.HasPrefix(a, "--"+long+"="):
			value = a[len(long)+3:]
		case short != "" && strings.HasPrefix(a, "-"+short) && !strings.HasPrefix(a, "--"):
			value = strings.TrimPrefix(a[1+len(short):], "=")
		}
	}
	return value
}

// verdict ends a command whose answer is printed already.
type verdict struct{ exit problem.Exit }

func (v verdict) Error() string { return fmt.Sprintf("verdict %d", v.exit) }

// finish reports err in the one way that the contract knows, and returns the status.
func (e *Env) finish(ctx context.Context, err error) problem.Exit {
	if err == nil {
		return problem.ExitOK
	}
	if v, ok := errors.AsType[verdict](err); ok {
		return v.exit
	}
	p := problem.Of(err)
	if p.Code == problem.Internal && (ctx.Err() != nil || errors.Is(err, context.Canceled)) {
		p = problem.New(problem.Interrupted, nil).Because(err)
	}
	e.complain(p)
	if e.json() && e.streaming != nil && e.streaming.begun {
		if err := e.streaming.fail(e.errorView(p)); err != nil {
			return problem.ExitUnexpected
		}
	} else if e.json() {
		if err := e.writeJSON(document{OK: false, Error: e.errorView(p)}); err != nil {
			return problem.ExitUnexpected
		}
	}
	return p.Code.Exit()
}

// complain writes the sentence and the next step for people.
func (e *Env) complain(p *problem.Error) {
	e.stderr(e.message(p))
	if hint := e.hint(p.Key(), p.Params); hint != "" {
		e.stderr(e.T("output.hint", nil) + hint)
	}
	if e.global.verbose && p.Err != nil {
		e.stderr(term.Clean(p.Err.Error()))
	}
}

// stderr writes one remark for people, wrapped, in the program's name.
func (e *Env) stderr(text string) {
	lines := strings.Split(term.Wrap("apnsctl: "+text, e.IO.Columns), "\n")
	fmt.Fprintln(e.IO.Err, strings.Join(lines, "\n"))
}

// noteCreated tells that a profile was made. Beside others that may be a slip: a renewal
// under a new name gives another topic.
func (e *Env) noteCreated(profile, others string) {
	if others == "" {
		e.note("profile-created", problem.Params{"profile": profile})
		return
	}
	e.note("profile-created-beside", problem.Params{"profile": profile, "profiles": others})
}

// note tells something on standard error that is not the result, unless --quiet.
func (e *Env) note(key string, params problem.Params) {
	if !e.global.quiet {
		e.stderr(e.T("output."+key, params))
	}
}
