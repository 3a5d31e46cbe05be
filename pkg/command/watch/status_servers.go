package watch

import (
	"context"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
)

// withServers adds a row for each profile that is linked with a server: what that uses. A server
// that cannot be asked is a row too, and stands in no other's way.
func (o *StatusOptions) withServers(ctx context.Context, s *lifecycle.State, rows []report.Row, terms lifecycle.Terms) ([]report.Row, error) {
	opener := linked.Opener{State: s, Secrets: o.References(s, o.unlock), Machine: o}
	for _, row := range rows {
		p := s.Profiles[row.Profile]
		if p == nil || p.Server == "" {
			continue
		}
		item := lifecycle.Item{Kind: lifecycle.KindServer, Profile: row.Profile, Server: p.Server, Policy: terms.For(p).Policy, KnownTopic: row.Topic()}
		used, err := ask(ctx, opener, row.Profile)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			found := problem.Of(err).Finding(problem.Critical)
			if found.Code == problem.ServerUnreachable { // which may pass
				found.Severity = problem.Warning
			}
			item.Findings = []problem.Finding{found}
		default:
			item.Used = &used
			if item.Findings, err = s.CompareServer(row.Profile, used, o.Now()); err != nil {
				return nil, err
			}
		}
		rows = append(rows, report.Row{Item: item, Account: used.Account, Origin: row.Origin})
	}
	return rows, nil
}

// ask opens the server of a profile, and asks what it uses.
func ask(ctx context.Context, opener linked.Opener, profile string) (lifecycle.Used, error) {
	at, err := opener.OpenFor(ctx, profile)
	if err != nil {
		return lifecycle.Used{}, err
	}
	return at.Used(ctx)
}

// later is the exit status of a report whose servers could not all be reached: where nothing else
// is wrong, it is worth another try.
func later(r report.Report) problem.Exit {
	for _, row := range r.Rows {
		if r.Exit == problem.ExitOK && problem.Has(row.Findings, problem.ServerUnreachable) {
			return problem.ExitNetwork
		}
	}
	return r.Exit
}
