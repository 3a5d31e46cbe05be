package profile

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type memoOptions struct {
	*cli.Env
	memo  lifecycle.Memo
	given func(flag string) bool
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
	cli.Emptiable(f, "remarks")
	f.StringVar(&o.memo.AcquiredOn, "acquired-on", "", "DATE")
	o.given = f.Changed
	return c
}

// runMemo shows the memo of a profile, after it has noted what the flags say.
func runMemo(ctx context.Context, o *memoOptions) error {
	change, err := o.change()
	if err != nil {
		return err
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
	if change != (lifecycle.MemoChange{}) {
		err = o.Update(ctx, func(s *lifecycle.State) error {
			memo, v.Changed, err = s.Note(name, change, o.Actor(), o.Now())
			return err
		})
		if err != nil {
			return err
		}
	}
	v.AppleAccount, v.Remarks, v.AcquiredOn = memo.AppleAccount, memo.Remarks, memo.AcquiredOn
	return o.Result(v, func(p *cli.Page) {
		p.Say("memo."+v.wording(memo), problem.Params{"profile": name})
		p.Fields(
			page.Field{Label: "apple-account", Value: v.AppleAccount},
			page.Field{Label: "remarks", Value: v.Remarks},
			page.Field{Label: "acquired-on", Value: v.AcquiredOn},
		)
	})
}

// wording is the key of what the memo is headed with.
func (v MemoView) wording(memo lifecycle.Memo) string {
	switch {
	case memo == (lifecycle.Memo{}):
		return "none"
	case v.Changed:
		return "noted"
	}
	return "shown"
}

// change is what the flags ask to note.
func (o *memoOptions) change() (m lifecycle.MemoChange, err error) {
	if o.given("remarks") { // an empty text takes them away
		m.Remarks = &o.memo.Remarks
	}
	if on := o.memo.AcquiredOn; on != "" {
		m.AcquiredOn = &on
		err = lifecycle.CheckAcquired(on, o.Now())
	}
	if account := o.memo.AppleAccount; account != "" && err == nil {
		m.AppleAccount = &account
		err = lifecycle.CheckAccount(account)
	}
	return m, err
}
