package watch

import (
	"context"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
)

type verifyOptions struct {
	*cli.Env
	files         []string
	file, against string // file is the only one
	expect        pushcert.Role
	trust         cli.TrustOptions
	cli.ThresholdOptions
	passwordFile string
	unlock       cli.UnlockOptions
}

// NewVerify makes the command verify.
func NewVerify(env *cli.Env, run cli.Runner[verifyOptions]) *cobra.Command {
	o := &verifyOptions{Env: env}
	c := cli.Command("verify [FILE...] [flags]", cli.ArgCount{Least: 0, Most: -1}, func(ctx context.Context, args []string) error {
		o.files, env.Retyped = args, asSoon(o.WarnDays)
		return run.Or(runVerify)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.against, "against", "", "FILE|TOPIC")
	f.StringVar((*string)(&o.expect), "expect", "", "ROLE")
	cli.Choices(f, "expect", roleNames()...)
	f.StringVar(&o.trust.Root, "trust-root", "", "FILE")
	f.StringVar(&o.trust.Chain, "chain", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	o.ThresholdOptions.Flags(f)
	o.unlock.Flags(f)
	return c
}

func runVerify(ctx context.Context, o *verifyOptions) error {
	found, err := disk.Expand(ctx, o.files)
	if err != nil {
		return err
	}
	many := o.meansMany(found)
	o.Many = many
	if len(found) == 1 && !many {
		o.file = found[0].Name
	}
	if err := o.checkFlags(); err != nil {
		return err
	}
	s, err := o.readState(ctx)
	if err != nil {
		return err
	}
	terms, g, err := o.Graded(s, o.trust, o.ThresholdOptions)
	if err != nil {
		return err
	}
	c := gate.Check{State: s, Terms: terms, Profile: o.ProfileName(), Expect: o.expect, Folder: slices.ContainsFunc(o.files, disk.IsFolder)}
	c.Open = func(name string, answer *pushcert.File) (string, *pushcert.File, error) {
		profile, _, request, err := o.Answered(ctx, s, name, answer, o.unlock)
		return profile, request, err
	}
	if many {
		return o.many(c, found, g)
	}
	rows, known, err := o.lookAtOne(c)
	if err != nil {
		return err
	}
	return o.report(rows, known, g)
}

// meansMany tells whether the arguments mean several files, or one out of a folder or a pattern.
func (o *verifyOptions) meansMany(found []disk.Found) bool {
	return len(found) > 1 || len(found) == 1 && (found[0].Err != nil || found[0].Name != disk.Globbed(o.files)[0])
}

// readState reads the config file. Without one a certificate still has --against, and a request
// needs neither.
func (o *verifyOptions) readState(ctx context.Context) (*lifecycle.State, error) {
	read := o.State
	if len(o.files) == 0 && o.against == "" {
		read = o.StateOfProfile
	}
	s, err := read(ctx)
	if err != nil && (len(o.files) == 0 || !cli.NoConfig(err)) {
		return nil, err
	}
	return s, nil
}

// lookAtOne checks the one file that was named, the topic of a row at the portal, or all that is
// stored; known is the topic that such a row should have.
func (o *verifyOptions) lookAtOne(c gate.Check) (rows []report.Row, known string, err error) {
	switch {
	case o.file != "":
		a, err := o.verifyFile(c)
		return []report.Row{{Item: a.Item, Role: a.Role, File: o.file, Stored: a.Stored}}, "", err
	case o.against != "":
		a, err := o.verifyRow(c)
		return []report.Row{{Item: a.Item, Role: a.Role, Stored: a.Stored}}, a.Known, err
	}
	rows, err = watched(o.Env, c.State, c.Terms)
	return rows, "", err
}

// verifyFile checks the file that was named.
func (o *verifyOptions) verifyFile(c gate.Check) (gate.Answer, error) {
	if o.against != "" {
		c.Against = o.reference
	}
	var a gate.Answer
	file, err := o.LookAt(o.file, o.passwordFile)
	if err != nil {
		a, err = c.Unreadable(err)
	} else {
		a, err = c.File(disk.Named(o.file), file)
	}
	a.Findings = disk.About(o.file, a.Findings)
	return a, orProfile(disk.AboutErr(o.file, o.orRehearsal(err)), c.State, o.file)
}

// reference reads what --against names.
func (o *verifyOptions) reference() (lifecycle.Reference, error) {
	return o.Reference(cli.AgainstOptions{Against: o.against, PasswordFile: o.passwordFile})
}

// orRehearsal words the lack of a config file for who gave a trust root of their own.
func (o *verifyOptions) orRehearsal(err error) error {
	if err != nil && o.trust.Root != "" && problem.Of(err).Key() == "not-initialised.verify" {
		return problem.Say(problem.NotInitialised, "verify.rehearsal", problem.Params{"trust_root": o.trust.Root})
	}
	return err
}

// verifyRow checks the topic of a row at the portal.
func (o *verifyOptions) verifyRow(c gate.Check) (gate.Answer, error) {
	if _, err := os.Stat(o.against); err == nil || o.against == disk.Stdio {
		return gate.Answer{}, problem.Say(problem.Usage, "against-needs-file", nil)
	}
	topic, isTopic := pushcert.ParseTopic(o.against)
	if !isTopic {
		return gate.Answer{}, problem.Say(problem.InputUnreadable, "against", problem.Params{"file": o.against})
	}
	return c.Row(topic)
}

// checkFlags refuses what is no role, and flags that without a file would do nothing.
func (o *verifyOptions) checkFlags() error {
	switch roles := roleNames(); {
	case len(o.files) == 0 && o.expect != "":
		return problem.Say(problem.Usage, "flag-needs-file", problem.Params{"flag": "--expect", "command": "apnsctl verify"})
	case len(o.files) == 0 && o.passwordFile != "":
		return problem.Say(problem.Usage, "flag-needs-file", problem.Params{"flag": "--file-password-file", "command": "apnsctl verify"})
	case o.expect != "" && !slices.Contains(roles, string(o.expect)):
		return problem.Say(problem.Usage, "choice", problem.Params{
			"flag": "--expect", "value": string(o.expect), "choices": strings.Join(roles, ", "),
		})
	case o.expect == "", o.expect == pushcert.RoleMDMPush, o.expect == pushcert.RoleRequest:
		return nil
	}
	// Of any other role there is nothing that a file could be compared with.
	for flag, value := range map[string]string{"--against": o.against, "--profile": o.Global.Profile} {
		if value != "" {
			return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": flag, "other": "--expect " + string(o.expect)})
		}
	}
	return nil
}

// roleNames are the roles that a person may expect.
func roleNames() []string {
	var names []string
	for _, r := range pushcert.Roles() {
		if r != pushcert.RoleUnknown {
			names = append(names, string(r))
		}
	}
	return names
}
