package watch

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
)

type tokenShowOptions struct {
	*cli.Env
	cli.ThresholdOptions
}

// TokenShowView is the result of token show in JSON.
type TokenShowView struct {
	Tokens []report.Token `json:"tokens"`
}

func newTokenShow(env *cli.Env, run cli.Runner[tokenShowOptions]) *cobra.Command {
	o := &tokenShowOptions{Env: env}
	c := cli.Command("show [flags]", cli.ArgCount{Least: 0, Most: 0}, func(ctx context.Context, _ []string) error {
		return run.Or(runTokenShow)(ctx, o)
	})
	o.ThresholdOptions.Flags(c.Flags())
	return c
}

func runTokenShow(ctx context.Context, o *tokenShowOptions) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	terms, g, err := o.Graded(s, cli.TrustOptions{}, o.ThresholdOptions)
	if err != nil {
		return err
	}
	items := s.TokenItems(terms)
	if len(items) == 0 {
		return problem.New(problem.TokenMissing, nil)
	}
	var all []problem.Finding
	v := TokenShowView{Tokens: []report.Token{}}
	for _, i := range items {
		all = append(all, i.Findings...)
		v.Tokens = append(v.Tokens, report.Row{Item: i}.AsToken(o.Now(), o.English()))
	}
	_, exit := problem.Verdict(all, g)
	return o.Verdict(v, exit, func(p *cli.Page) {
		for _, i := range items {
			p.Blank()
			writeToken(p, *i.Token)
			p.Findings(i.Findings)
		}
	})
}

type tokenDeleteOptions struct {
	*cli.Env
	kind lifecycle.Kind
	name string
}

// TokenDeleteView is the result of token delete in JSON.
type TokenDeleteView struct {
	Kind     lifecycle.Kind `json:"kind"`
	Name     string         `json:"name"`
	NotAfter string         `json:"not_after"`
}

func newTokenDelete(env *cli.Env, run cli.Runner[tokenDeleteOptions]) *cobra.Command {
	o := &tokenDeleteOptions{Env: env}
	return cli.Command("delete ade-token|content-token NAME [flags]", cli.ArgCount{Least: 2, Most: 2}, func(ctx context.Context, args []string) error {
		o.kind, o.name = lifecycle.Kind(args[0]), args[1]
		return run.Or(runTokenDelete)(ctx, o)
	})
}

// runTokenDelete asks nothing: only a date is forgotten, and the file has it still.
func runTokenDelete(ctx context.Context, o *tokenDeleteOptions) error {
	var gone lifecycle.Token
	err := o.Update(ctx, func(s *lifecycle.State) (err error) {
		gone, err = s.DeleteToken(o.kind, o.name)
		return err
	})
	if err != nil {
		return err
	}
	return o.Result(TokenDeleteView{gone.Kind, gone.Name, problem.Time(gone.NotAfter)}, func(p *cli.Page) {
		p.Say("token.deleted", problem.Params{"name": gone.Name})
	})
}
