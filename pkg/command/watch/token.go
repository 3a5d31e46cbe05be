package watch

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// NewToken groups what watches the ends of enrollment and content tokens.
func NewToken(env *cli.Env) *cobra.Command {
	return cli.Group("token COMMAND", newTokenImport(env, nil), newTokenShow(env, nil), newTokenDelete(env, nil))
}

type tokenImportOptions struct {
	*cli.Env
	file, name, expires string
}

// TokenImportView is what an import did.
type TokenImportView struct {
	Action string `json:"action"`
	report.Token
	Previous *TokenEnd `json:"previous"`
}

// TokenEnd is the end of a token before.
type TokenEnd struct {
	NotAfter string `json:"not_after"`
}

func newTokenImport(env *cli.Env, run cli.Runner[tokenImportOptions]) *cobra.Command {
	o := &tokenImportOptions{Env: env}
	c := cli.Command("import FILE [flags]", cli.ArgCount{Least: 1, Most: 1}, func(ctx context.Context, args []string) error {
		o.file = args[0]
		return run.Or(runTokenImport)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.name, "name", "", "NAME")
	f.StringVar(&o.expires, "expires", "", "DATE")
	return c
}

func runTokenImport(ctx context.Context, o *tokenImportOptions) error {
	_, terms, err := o.StateAndTerms(ctx, cli.TrustOptions{})
	if err != nil {
		return err
	}
	given, err := o.token()
	if err != nil {
		return err
	}
	var action lifecycle.Action
	var before *lifecycle.Token
	err = o.Update(ctx, func(s *lifecycle.State) error {
		if given.Name, err = s.NameToken(given.Kind, given.Name); err != nil {
			return err
		}
		action, before, err = s.ImportToken(given, terms)
		return err
	})
	if err != nil {
		return err
	}
	found := given.Check(terms)
	v := TokenImportView{Action: report.ActionName(action), Token: rowOf(given, found).AsToken(o.Now(), o.English())}
	if before != nil {
		v.Previous = &TokenEnd{problem.Time(before.NotAfter)}
	}
	return o.Result(v, func(p *cli.Page) {
		p.Say("token."+v.Action, nil)
		writeToken(p, given)
		if action == lifecycle.Renewed {
			p.Fields(page.Field{Label: "before-until", Value: p.Env.Stamp(before.NotAfter)})
		}
		p.Findings(found)
		p.Advise("token.kept", nil)
	})
}

// token reads the file. The name on the command line goes before the file's own.
func (o *tokenImportOptions) token() (lifecycle.Token, error) {
	file, err := o.LookAt(o.file, "")
	if err != nil {
		if p := problem.Of(err); p.Code == problem.PasswordMissing {
			err = problem.Say(problem.PasswordMissing, "token", p.Params)
		}
		return lifecycle.Token{}, err
	}
	t, ok := lifecycle.TokenOf(file)
	if !ok {
		return t, problem.Say(problem.WrongRole, "token", problem.Params{"file": disk.Named(o.file), "role": string(file.Role)})
	}
	t.Name, t.ImportedAt, t.ImportedBy = cmp.Or(o.name, t.Name), o.Now(), o.Actor()
	if t.NotAfter.IsZero() || o.expires != "" {
		t.NotAfter, err = o.end(file)
	}
	return t, err
}

// end is the date of --expires, for a file that does not tell its own: an enrollment
// token is encrypted, and only the name under which it was downloaded has a date.
func (o *tokenImportOptions) end(file *pushcert.File) (time.Time, error) {
	params := problem.Params{"file": disk.Named(o.file), "value": o.expires}
	switch {
	case file.ADE == nil || !file.ADE.Encrypted:
		return time.Time{}, problem.Say(problem.Usage, "token-has-date", params)
	case o.expires == "":
		return time.Time{}, problem.Say(problem.Usage, "token-date", params)
	}
	for _, form := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(form, o.expires); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, problem.Say(problem.Usage, "date", problem.Params{"flag": "--expires", "value": o.expires})
}

// rowOf is a token as a row.
func rowOf(t lifecycle.Token, found []problem.Finding) report.Row {
	return report.Row{Item: lifecycle.Item{Kind: t.Kind, Token: &t, Findings: found}}
}

// writeToken writes what is watched of a token.
func writeToken(p *cli.Page, t lifecycle.Token) {
	kind := page.Field{Label: "kind", Value: p.Role(pushcert.Role(t.Kind))}
	p.Fields(append([]page.Field{kind}, p.Env.TokenFields(t.Name, t.NotAfter)...)...)
}
