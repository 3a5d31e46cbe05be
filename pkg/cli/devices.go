package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

type auditOptions struct {
	*Env
	files []string
	againstOptions
	strict bool
}

// newDevices holds the commands that look at what the devices themselves say.
func newDevices(env *Env) *cobra.Command { return group("devices COMMAND", newAudit(env, nil)) }

func newAudit(env *Env, run runner[auditOptions]) *cobra.Command {
	o := &auditOptions{Env: env}
	c := command("audit FILE... [flags]", argCount{1, -1}, func(ctx context.Context, args []string) error {
		o.files = args
		return run.or(runAudit)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.against, "against", "", "FILE|TOPIC")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	f.BoolVar(&o.strict, "strict", false, "")
	return c
}

// runAudit counts the devices of all files by topic and says which of them no push would
// reach. What they are held against is settled before the first file is read.
func runAudit(ctx context.Context, o *auditOptions) error {
	if err := o.checkStdin(); err != nil {
		return err
	}
	y, err := o.yardstick(ctx)
	if err != nil {
		return err
	}
	a := newDeviceAudit(o, y)
	if err := a.readAll(ctx); err != nil {
		return err
	}
	if a.tally.Devices() == 0 {
		return a.nothing()
	}
	return o.report(a, y)
}

// checkStdin refuses to read standard input twice.
func (o *auditOptions) checkStdin() error {
	times := 0
	for _, name := range append([]string{o.against}, o.files...) {
		if name == stdio {
			times++
		}
	}
	if times > 1 {
		return problem.Say(problem.Usage, "push-stdin-twice", nil)
	}
	return nil
}

// report tells what was found, and ends with the status that it deserves.
func (o *auditOptions) report(a *deviceAudit, y *yardstick) error {
	groups := y.judge(a.tally.Groups())
	findings := append(y.findings(groups), a.findings()...)
	worst, exit := problem.Verdict(findings, o.strict)
	if o.json() {
		if err := a.records.end(o.auditView(a, y, groups, findings)); err != nil {
			return err
		}
		if exit != problem.ExitOK {
			return verdict{exit}
		}
		return nil
	}
	return o.verdict(nil, exit, func(p *page) {
		p.auditHeading(y)
		p.auditTable(y, groups)
		p.auditAside(a)
		p.blank()
		p.auditFindings(findings)
		p.auditVerdict(y, groups, worst)
	})
}
