package devices

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type auditOptions struct {
	*cli.Env
	files []string
	cli.AgainstOptions
	strict bool
}

// New holds the commands that look at what the devices themselves say.
func New(env *cli.Env) *cobra.Command { return cli.Group("devices COMMAND", newAudit(env, nil)) }

func newAudit(env *cli.Env, run cli.Runner[auditOptions]) *cobra.Command {
	o := &auditOptions{Env: env}
	c := cli.Command("audit FILE... [flags]", cli.ArgCount{Least: 1, Most: -1}, func(ctx context.Context, args []string) error {
		o.files = args
		return run.Or(runAudit)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.Against, "against", "", "FILE|TOPIC")
	f.StringVar(&o.PasswordFile, "file-password-file", "", "FILE")
	f.BoolVar(&o.strict, "strict", false, "")
	return c
}

// runAudit counts the devices of all files by topic and says which of them no push would
// reach. What they are compared with is known before the first file is read.
func runAudit(ctx context.Context, o *auditOptions) error {
	y, err := o.yardstick(ctx)
	if err != nil {
		return err
	}
	a := newDeviceAudit(o.Env, y.Yardstick)
	if err := a.readAll(ctx, o.files); err != nil {
		return err
	}
	if a.tally.Devices() == 0 {
		return a.nothing()
	}
	return o.report(a, y)
}

// report tells what was found, and ends with the status that it deserves.
func (o *auditOptions) report(a *deviceAudit, y *yardstick) error {
	c := devices.Compare(a.tally.Groups(), y.Yardstick)
	findings := append(c.Findings(), a.findings()...)
	worst, exit := problem.Verdict(findings, problem.Grading{Strict: o.strict})
	if o.JSON() {
		if err := a.records.End(auditView(o.Env, a, y.against, c, findings)); err != nil {
			return err
		}
		if exit != problem.ExitOK {
			return cli.Verdict{Exit: exit}
		}
		return nil
	}
	return o.Verdict(nil, exit, func(p *cli.Page) {
		writeHeading(p, y)
		writeTable(p, y.against, c)
		writeAside(p, a)
		p.Blank()
		writeFindings(p, findings)
		writeVerdict(p, c, worst)
	})
}
