package remind

import (
	"maps"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Thing is something with an end that people are told of.
type Thing struct {
	lifecycle.Subject

	End         time.Time             // of a request: when it was out for too long
	DaysLeft    int                   // negative afterwards
	Certificate *pushcert.Certificate // nil for tokens, requests and servers
	// Finding is what is wrong with a server; nil for all else.
	Finding *problem.Finding
}

// Server is a server of a profile that does not use the profile's certificate. One that is merely
// behind works until its certificate ends; one that uses another topic, or nothing, does not now.
func Server(profile, name string, used lifecycle.Used, f problem.Finding, now time.Time) Thing {
	t := Thing{
		Subject: lifecycle.Subject{Kind: lifecycle.KindServer, Profile: profile, Name: name, Serial: string(f.Code) + " " + used.SerialHex},
		End:     used.NotAfter, Finding: &f,
	}
	if f.Code == problem.ServerBehind && !used.NotAfter.IsZero() {
		t.DaysLeft = days(used.NotAfter, now)
	}
	return t
}

// watched lists what has an end: of one profile, or all.
func watched(s *lifecycle.State, profile string, now time.Time) ([]Thing, error) {
	var all []Thing
	for _, name := range slices.Sorted(maps.Keys(s.Profiles)) {
		if profile != "" && name != profile {
			continue
		}
		p := s.Profiles[name]
		c, err := p.Leaf(name)
		if err != nil {
			return nil, err
		}
		if c != nil {
			all = append(all, certificate(lifecycle.KindPush, name, c, now))
		}
		if offered, waits := refused(p); waits {
			all = append(all, Thing{
				Subject: lifecycle.Subject{Kind: lifecycle.KindPush, Profile: name, Serial: offered.SerialHex},
				End:     offered.NotAfter, DaysLeft: days(offered.NotAfter, now),
			})
		}
		if thing, stale := request(name, p, now); stale {
			all = append(all, thing)
		}
	}
	if profile != "" {
		return all, nil
	}
	vendors, err := s.Vendor.Certificates()
	if err != nil {
		return nil, err
	}
	if len(vendors) > 0 { // of several the one that lasts longest is the vendor's
		all = append(all, certificate(lifecycle.KindVendor, "", slices.MaxFunc(vendors, func(a, b *pushcert.Certificate) int {
			return a.X509.NotAfter.Compare(b.X509.NotAfter)
		}), now))
	}
	for _, t := range s.Tokens {
		all = append(all, Thing{
			Subject: lifecycle.Subject{Kind: t.Kind, Name: t.Name, Serial: problem.Time(t.NotAfter)},
			End:     t.NotAfter, DaysLeft: days(t.NotAfter, now),
		})
	}
	return all, nil
}

// refused is what a profile without a certificate remembers of the file that was refused: devices listen on its topic, and
// it ends as any other does. It is false where something else is known of the profile, or nothing.
func refused(p *lifecycle.Profile) (r lifecycle.Refused, waits bool) {
	known, err := p.KnownTopic("")
	if err != nil || p.Certificate != nil || known.Source != lifecycle.TopicRefused {
		return r, false
	}
	return *p.Refused, true
}

func certificate(kind lifecycle.Kind, profile string, c *pushcert.Certificate, now time.Time) Thing {
	return Thing{
		Subject: lifecycle.Subject{Kind: kind, Profile: profile, Serial: c.SerialHex()},
		End:     c.X509.NotAfter, DaysLeft: days(c.X509.NotAfter, now), Certificate: c,
	}
}

// request is the newest open request of a profile, once it has been out for too long: that is
// its end, so that the rungs from 0 down are for it.
func request(name string, p *lifecycle.Profile, now time.Time) (Thing, bool) {
	if len(p.Pending) == 0 {
		return Thing{}, false
	}
	out := p.Pending[len(p.Pending)-1].CreatedAt
	end := out.AddDate(0, 0, lifecycle.StaleAfterDays)
	return Thing{
		Subject: lifecycle.Subject{Kind: lifecycle.KindRequest, Profile: name, Serial: problem.Time(out)},
		End:     end, DaysLeft: days(end, now),
	}, !now.Before(end)
}
