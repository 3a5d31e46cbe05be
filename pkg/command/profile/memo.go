package profile

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type memoOptions struct {
	*cli.Env
	memo lifecycle.Memo
}

// MemoView is what people noted of a profile; the certificate tells none of it.
type MemoView struct {
	Profile      string `json:"profile"`
	AppleAccount string `json:"apple_account"`
	Remarks      string `json:"remarks"`
	AcquiredOn   string `json:"acquired_on"` // YYYY-MM-DD; empty while nothing was acquired
	Changed      bool   `json:"changed"`
}

// NewMemo makes the command memo.
func NewMemo(env *cli.Env, run cli.Runner[memoOptions]) *cobra.Command {
	o := &memoOptions{Env: env}
	c := env.ProfileCommand("memo [NAME] [flags]", func(ctx context.Context) error {
		return run.Or(runMemo)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.memo.AppleAccount, "apple-account", "", "ADDRESS")
	f.StringVar(&o.memo.Remarks, "remarks", "", "TEXT")
	f.StringVar(&o.memo.AcquiredOn, "acquired-on", "", "DATE")
	return c
}

// runMemo shows the memo of a profile, after it has noted what the flags say.
func runMemo(ctx context.Context, o *memoOptions) error {
	if on := o.memo.AcquiredOn; on != "" {
		if _, err := time.Parse(time.DateOnly, on); err != nil {
			return problem.Say(problem.Usage, "date", problem.Params{"flag": "--acquired-on", "value": on})
		}
	}
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	name, p, err := o.Profile(s)
	if err != nil {
		return err
	}
	v := MemoView{Profile: name}
	memo := p.Memo()
	if o.memo != (lifecycle.Memo{}) {
		err = o.Update(ctx, func(s *lifecycle.State) error {
			memo, v.Changed, err = s.Note(name, o.memo, o.Actor(), o.Now())
			return err
		})
		if err != nil {
			return err
		}
	}
	v.AppleAccount, v.Remarks, v.AcquiredOn = memo.AppleAccount, memo.Remarks, memo.AcquiredOn
	return o.Result(v, func(p *cli.Page) {
		p.Say("memo."+map[bool]string{true: "noted", false: "shown"}[v.Changed], problem.Params{"profile": name})
		p.Fields(
			cli.Field{Label: "apple-account", Value: v.AppleAccount},
			cli.Field{Label: "remarks", Value: v.Remarks},
			cli.Field{Label: "acquired-on", Value: v.AcquiredOn},
		)
	})
}
