package command

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/internal/caught"
	"github.com/apnsctl/apnsctl/pkg/internal/mask"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Main runs one command line and returns its exit status.
func Main(ctx context.Context, env *cli.Env, args []string) (status int) {
	// Even a line that cannot be parsed is answered in the right language and form.
	env.Msg = msg.Printer{Lang: msg.Detect(scan(args, "lang", ""), env.Getenv)}
	env.Global.Output = cmp.Or(scan(args, "output", "o"), env.Getenv("APNSCTL_OUTPUT"))
	env.IO.Done = ctx.Done()
	defer func() {
		if p := recover(); p != nil {
			stack := debug.Stack()
			if c, ok := p.(*caught.Panic); ok {
				stack = c.Stack
			}
			err := fmt.Errorf("%v\n%s", p, stack)
			status = int(problem.Internal.Exit())
			if caught.Run(func() {
				status = int(env.Finish(ctx, problem.New(problem.Internal, problem.Params{"detail": fmt.Sprint(p)}).Because(err)))
			}) != nil { // telling it fails, too
				_, _ = fmt.Fprintln(env.IO.Err, err)
			}
		}
	}()
	if err := keyGiven(args); err != nil {
		return int(env.Finish(ctx, err))
	}
	root := rootFor(env, args)
	root.SetArgs(args)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		describe(env, root)
		completeFlags(env, root)
	}
	return int(env.Finish(ctx, cmp.Or(root.ExecuteContext(ctx), env.HelpErr)))
}

// Brief tells a command line that neither waits, nor writes to a file, nor prints more than a pipe holds:
// it is over before anybody would stop it. A shell asks them when it starts, and at each TAB.
func Brief(args []string) bool {
	return len(args) > 0 && slices.Contains(
		[]string{"version", "--version", "completion", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, args[0])
}

// keyGiven refuses a command line that holds a private key, quoted or in pieces, before any part of it can
// become a name, a file or a line in a log.
func keyGiven(args []string) error {
	key := mask.Find(strings.Join(args, " "))
	if key == "" {
		return nil
	}
	sentence := "private-key"
	if slices.ContainsFunc(args, func(a string) bool { return a == "recipients" || strings.HasPrefix(a, "--recipient") }) {
		sentence = "private-key.recipient"
	}
	return problem.Say(problem.Usage, sentence, problem.Params{"value": key})
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
