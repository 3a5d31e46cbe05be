package watch

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// StatusOptions are the flags of status.
type StatusOptions struct {
	*cli.Env
	cli.ThresholdOptions
	files        []string
	trust        cli.TrustOptions
	passwordFile string
}

// NewStatus makes the command status.
func NewStatus(env *cli.Env, run cli.Runner[StatusOptions]) *cobra.Command {
	o := &StatusOptions{Env: env}
	c := cli.Command("status [FILE...] [flags]", cli.ArgCount{Least: 0, Most: -1}, func(ctx context.Context, args []string) error {
		o.files = args
		return run.Or(runStatus)(ctx, o)
	})
	f := c.Flags()
	o.ThresholdOptions.Flags(f)
	f.StringVar(&o.trust.Root, "trust-root", "", "FILE")
	f.StringVar(&o.trust.Chain, "chain", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	return c
}

func runStatus(ctx context.Context, o *StatusOptions) error {
	rows := o.watched
	if len(o.files) > 0 {
		rows = o.inFiles
	}
	r, err := rows(ctx)
	if err != nil {
		return err
	}
	return o.Verdict(r.view(o.Env), r.exit, func(p *cli.Page) { writeStatus(p, r) })
}

// nothingWatched is the verdict on an empty config file: a job that watches it would
// otherwise be green for ever.
func nothingWatched(items int) []problem.Finding {
	if items > 0 {
		return nil
	}
	return []problem.Finding{problem.FoundAs(problem.CertificateMissing, "nothing", problem.Critical, nil)}
}
