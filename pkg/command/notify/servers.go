package notify

import (
	"context"
	"maps"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/remind"
)

// unasked is a server that could not be asked, and why.
type unasked struct {
	notice remind.Notice
	why    *problem.Error
}

// plan is who is told what, of servers too, and which of these could not be asked.
func (o *options) plan(ctx context.Context, s *lifecycle.State, p remind.Policy) (plan remind.Plan, missed []unasked, err error) {
	if p.Servers, missed, err = o.servers(ctx, s); err != nil {
		return plan, nil, err
	}
	plan, err = remind.Make(s, p, o.Now())
	return plan, missed, err
}

// complain says which servers could not be asked: nobody knows whether there is something to tell.
func (o *options) complain(missed []unasked, r *result) {
	for _, m := range missed {
		o.Complain(m.why)
		r.failed(m.notice, m.why.Code)
	}
}

// servers asks the servers of the profiles what they use, and finds those that people have to be
// told of. One that cannot be asked keeps nobody from being told of all else.
func (o *options) servers(ctx context.Context, s *lifecycle.State) (differ []remind.Thing, missed []unasked, err error) {
	opener := linked.Opener{State: s, Secrets: o.References(s, o.unlock), Machine: o}
	for _, profile := range slices.Sorted(maps.Keys(s.Profiles)) {
		p := s.Profiles[profile]
		if p.Server == "" || p.Notify != nil && p.Notify.Disabled || o.ProfileName() != "" && profile != o.ProfileName() {
			continue
		}
		thing, differs, err := o.compare(ctx, opener, profile, p.Server)
		switch {
		case ctx.Err() != nil:
			return nil, nil, err
		case err != nil:
			about := remind.Thing{Subject: lifecycle.Subject{Kind: lifecycle.KindServer, Profile: profile, Name: p.Server}}
			missed = append(missed, unasked{remind.Notice{Thing: about}, problem.Of(err)})
		case differs:
			differ = append(differ, thing)
		}
	}
	return differ, missed, nil
}

// compare asks the server of one profile.
func (o *options) compare(ctx context.Context, opener linked.Opener, profile, server string) (thing remind.Thing, differs bool, err error) {
	at, err := opener.OpenFor(ctx, profile)
	if err != nil {
		return thing, false, err
	}
	used, err := at.Used(ctx)
	if err != nil {
		return thing, false, err
	}
	found, err := opener.State.CompareServer(profile, used, o.Now())
	if err != nil {
		return thing, false, err
	}
	for _, f := range found {
		if f.Code == problem.ServerBehind || f.Code == problem.ServerDiffers {
			return remind.Server(profile, server, used, f, o.Now()), true, nil
		}
	}
	return thing, false, nil
}
