package cli

import (
	"cmp"
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// newToken groups what watches the ends of enrollment and content tokens.
func newToken(env *Env) *cobra.Command {
	return group("token COMMAND", newTokenImport(env, nil), newTokenShow(env, nil), newTokenDelete(env, nil))
}

type tokenImportOptions struct {
	*Env
	file, name, expires string
}

// tokenView is a token that is watched.
type tokenView struct {
	Kind     lifecycle.Kind      `json:"kind"`
	Name     string              `json:"name"`
	NotAfter string              `json:"not_after"`
	DaysLeft int                 `json:"days_left"`
	State    lifecycle.Condition `json:"state"`
	Findings []findingView       `json:"findings"`
}

// tokenImportView is what an import did.
type tokenImportView struct {
	Action string `json:"action"`
	tokenView
	Previous *tokenEnd `json:"previous"`
}

// tokenEnd is the end of a token before.
type tokenEnd struct {
	NotAfter string `json:"not_after"`
}

func newTokenImport(env *Env, run runner[tokenImportOptions]) *cobra.Command {
	o := &tokenImportOptions{Env: env}
	c := command("import FILE [flags]", argCount{1, 1}, func(ctx context.Context, args []string) error {
		o.file = args[0]
		return run.or(runTokenImport)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.name, "name", "", "NAME")
	f.StringVar(&o.expires, "expires", "", "DATE")
	return c
}

func runTokenImport(ctx context.Context, o *tokenImportOptions) error {
	_, j, err := o.judged(ctx, trustOptions{}, thresholdOptions{})
	if err != nil {
		return err
	}
	given, err := o.token()
	if err != nil {
		return err
	}
	var action lifecycle.Action
	var before *lifecycle.Token
	err = o.update(ctx, func(s *lifecycle.State) error {
		if given.Name, err = s.NameToken(given.Kind, given.Name); err != nil {
			return err
		}
		action, before, err = s.ImportToken(given, j)
		return err
	})
	if err != nil {
		return err
	}
	found := given.Check(j)
	v := tokenImportView{Action: actionName(action), tokenView: o.tokenView(given, found)}
	if before != nil {
		v.Previous = &tokenEnd{rfc3339(before.NotAfter)}
	}
	return o.result(v, func(p *page) {
		p.say("token."+v.Action, nil)
		p.token(given)
		if action == lifecycle.Renewed {
			p.fields(field{label: "before-until", value: p.env.stamp(before.NotAfter)})
		}
		p.findings(found)
		p.advise("token.kept", nil)
	})
}

// token reads the file. The name on the command line goes before the file's own.
func (o *tokenImportOptions) token() (lifecycle.Token, error) {
	t := lifecycle.Token{ImportedAt: o.Now(), ImportedBy: o.actor()}
	file, err := o.lookAt(o.file, "")
	if err != nil {
		return t, err
	}
	switch {
	case file.ADE != nil:
		t.Kind, t.Name, t.NotAfter = lifecycle.KindADEToken, file.ADE.Server, file.ADE.Expires
	case file.Content != nil:
		t.Kind, t.Name, t.NotAfter = lifecycle.KindContentToken, cmp.Or(file.Content.Location, file.Content.Organization), file.Content.Expires
	default:
		return t, problem.Say(problem.WrongRole, "token", problem.Params{"file": named(o.file), "role": string(file.Role)})
	}
	t.Name = cmp.Or(o.name, t.Name)
	if t.NotAfter.IsZero() || o.expires != "" {
		t.NotAfter, err = o.end(file)
	}
	return t, err
}

// end is the date of --expires, for a file that does not tell its own: an enrollment
// token is encrypted, and only the name under which it was downloaded has a date.
func (o *tokenImportOptions) end(file *pushcert.File) (time.Time, error) {
	params := problem.Params{"file": named(o.file), "value": o.expires}
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
	return time.Time{}, problem.Say(problem.Usage, "token-date-form", params)
}

func (e *Env) tokenView(t lifecycle.Token, found []problem.Finding) tokenView {
	item := lifecycle.Item{Kind: t.Kind, Token: &t, Findings: found}
	return tokenView{
		Kind: t.Kind, Name: t.Name, NotAfter: rfc3339(t.NotAfter), DaysLeft: pushcert.DaysUntil(t.NotAfter, e.Now()),
		State: item.Condition(), Findings: e.findingViews(found),
	}
}

// token writes what is watched of a token.
func (p *page) token(t lifecycle.Token) {
	kind := field{label: "kind", value: p.role(pushcert.Role(t.Kind))}
	p.fields(append([]field{kind}, p.env.tokenFields(t.Name, t.NotAfter)...)...)
}

// tokenFields are the facts of a token for a person; a zero end is not known.
func (e *Env) tokenFields(name string, end time.Time) []field {
	fields := []field{{label: "name", value: name}}
	if end.IsZero() {
		return fields
	}
	days := pushcert.DaysUntil(end, e.Now())
	return append(
		fields,
		field{label: "not-after", value: e.stamp(end)},
		field{label: "days-left", value: e.days(days), style: daysStyle(days)},
	)
}
