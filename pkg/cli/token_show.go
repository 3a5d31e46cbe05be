package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

type tokenShowOptions struct {
	*Env
	thresholdOptions
}

type tokenShowView struct {
	Tokens []tokenView `json:"tokens"`
}

func newTokenShow(env *Env, run runner[tokenShowOptions]) *cobra.Command {
	o := &tokenShowOptions{Env: env}
	c := command("show [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runTokenShow)(ctx, o)
	})
	o.thresholdOptions.flags(c.Flags())
	return c
}

func runTokenShow(ctx context.Context, o *tokenShowOptions) error {
	s, j, err := o.judged(ctx, trustOptions{}, o.thresholdOptions)
	if err != nil {
		return err
	}
	items := s.TokenItems(j)
	if len(items) == 0 {
		return problem.New(problem.TokenMissing, nil)
	}
	var all []problem.Finding
	v := tokenShowView{Tokens: []tokenView{}}
	for _, i := range items {
		all = append(all, i.Findings...)
		v.Tokens = append(v.Tokens, o.tokenView(*i.Token, i.Findings))
	}
	_, exit := problem.Verdict(all, o.strict)
	return o.verdict(v, exit, func(p *page) {
		for _, i := range items {
			p.blank()
			p.token(*i.Token)
			p.findings(i.Findings)
		}
	})
}

type tokenDeleteOptions struct {
	*Env
	kind lifecycle.Kind
	name string
}

type tokenDeleteView struct {
	Kind     lifecycle.Kind `json:"kind"`
	Name     string         `json:"name"`
	NotAfter string         `json:"not_after"`
}

func newTokenDelete(env *Env, run runner[tokenDeleteOptions]) *cobra.Command {
	o := &tokenDeleteOptions{Env: env}
	return command("delete ade-token|content-token NAME [flags]", argCount{2, 2}, func(ctx context.Context, args []string) error {
		o.kind, o.name = lifecycle.Kind(args[0]), args[1]
		return run.or(runTokenDelete)(ctx, o)
	})
}

// runTokenDelete asks nothing: only a date is forgotten, and the file has it still.
func runTokenDelete(ctx context.Context, o *tokenDeleteOptions) error {
	var gone lifecycle.Token
	err := o.update(ctx, func(s *lifecycle.State) (err error) {
		gone, err = s.DeleteToken(o.kind, o.name)
		return err
	})
	if err != nil {
		return err
	}
	return o.result(tokenDeleteView{gone.Kind, gone.Name, rfc3339(gone.NotAfter)}, func(p *page) {
		p.say("token.deleted", problem.Params{"name": gone.Name})
	})
}
