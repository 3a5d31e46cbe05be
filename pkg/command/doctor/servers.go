package doctor

import (
	"context"
	"maps"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/doctor"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
)

// servers are those of the config file. Of one that several profiles are linked with, the first is
// asked about.
func (o *doctorOptions) servers(s *lifecycle.State) []doctor.Server {
	opener := linked.Opener{State: s, Secrets: o.References(s, o.UnlockOptions), Proxy: o.Proxies()}
	var all []doctor.Server
	for _, name := range slices.Sorted(maps.Keys(s.Servers)) {
		at := s.Servers[name]
		sealed := slices.ContainsFunc(slices.Collect(maps.Values(at.Credentials)), lifecycle.IsSealed)
		all = append(all, doctor.Server{
			Name: name, Kind: at.Kind, Sealed: sealed && !o.canUnlock(s),
			Ask: func(ctx context.Context) (used lifecycle.Used, err error) {
				var open *linked.Server
				if profiles := s.LinkedWith(name); len(profiles) > 0 {
					open, err = opener.OpenFor(ctx, profiles[0])
				} else {
					open, err = opener.Open(ctx, name, "")
				}
				if err != nil {
					return used, err
				}
				return open.Used(ctx)
			},
		})
	}
	return all
}
