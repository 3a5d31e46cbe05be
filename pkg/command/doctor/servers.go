package doctor

import (
	"context"
	"maps"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/doctor"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
)

// servers are those of the config file.
func (o *doctorOptions) servers(s *lifecycle.State) []doctor.Server {
	opener := linked.Opener{State: s, Secrets: o.References(s, o.UnlockOptions), Machine: o}
	var all []doctor.Server
	for _, name := range slices.Sorted(maps.Keys(s.Servers)) {
		at := s.Servers[name]
		sealed := slices.ContainsFunc(slices.Collect(maps.Values(at.Credentials)), lifecycle.IsSealed)
		all = append(all, doctor.Server{
			Name: name, Kind: at.Kind, Sealed: sealed && !o.canUnlock(s),
			Ask: func(ctx context.Context) (answers []doctor.Answer) {
				for _, a := range opener.Ask(ctx, name) {
					answers = append(answers, doctor.Answer(a))
				}
				return answers
			},
		})
	}
	return all
}
