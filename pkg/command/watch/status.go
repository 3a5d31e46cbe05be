package watch

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// StatusOptions are the flags of status.
type StatusOptions struct {
	*cli.Env
	cli.ThresholdOptions
	files        []string
	trust        cli.TrustOptions
	passwordFile string
}

// StatusView is the result of status in JSON.
type StatusView struct {
	report.View[report.Status]

	// Recipients are those who can open the keys of the config file beside its owner, as it says.
	Recipients []string `json:"recipients"`
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
	look := o.watched
	if len(o.files) > 0 {
		look = o.inFiles
	}
	r, rehearsal, err := look(ctx)
	if err != nil {
		return err
	}
	words, now := o.English(), o.Now()
	v := StatusView{
		View:       report.Of(r, words, func(row report.Row) report.Status { return row.Status(now, words) }),
		Recipients: append([]string{}, r.Recipients...),
	}
	return o.Verdict(v, r.Exit, func(p *cli.Page) {
		p.Rehearsal = rehearsal
		writeStatus(p, r)
	})
}
