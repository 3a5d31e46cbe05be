package watch

import (
	"context"
	"crypto/x509"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/report"
	"github.com/apnsctl/apnsctl/pkg/revocation"
)

// withRevocations adds to the rows of certificates what their issuers say of them: that they are
// revoked, or why that is not known.
func (o *StatusOptions) withRevocations(ctx context.Context, rows []report.Row, trust *pushcert.Trust) error {
	checker := revocation.Checker{
		Fetch: revocation.Fetch{Proxy: o.Proxies(), Timeout: patience}, Cache: o.Cache(), Memory: revocation.Memory{},
	}
	for i, row := range rows {
		if row.Certificate == nil {
			continue
		}
		chain, _ := trust.Chain(row.Certificate, time.Time{})
		answer := revocation.Answer{Status: revocation.Unknown, Reason: ofSimulator}
		if !chain.Simulated || own(row.Certificate.X509.CRLDistributionPoints) {
			var err error
			if answer, err = checker.Check(ctx, row.Certificate.X509, issuer(chain), o.Now()); err != nil {
				return err
			}
		}
		rows[i].Findings = append(slices.Clip(row.Findings), revoked(answer, row)...)
	}
	return nil
}

// patience is how long an issuer has to answer: a firewall that swallows is no reason to wait long.
const patience = 10 * time.Second

// ofSimulator is why Apple is not asked about a certificate of a simulator.
const ofSimulator revocation.Reason = "simulated"

// own tells whether the lists of a simulator's certificate are its own. Its genuine likeness names
// Apple's, where nobody knows anything of it.
func own(addresses []string) bool {
	return !slices.ContainsFunc(addresses, func(address string) bool {
		at, err := url.Parse(address)
		if err != nil {
			return true
		}
		host, err := netip.ParseAddr(at.Hostname())
		return err != nil || !host.IsLoopback()
	})
}

// issuer is who issued a certificate, as far as that is trusted; an empty one vouches for nothing.
func issuer(chain pushcert.Chain) *x509.Certificate {
	if !chain.Verified || len(chain.Certificates) < 2 {
		return &x509.Certificate{}
	}
	return chain.Certificates[1].X509
}

// revoked says what an answer is worth.
func revoked(a revocation.Answer, row report.Row) []problem.Finding {
	params := problem.Params{"profile": row.Profile, "detail": a.Detail}
	switch a.Status {
	case revocation.Good:
		return nil
	case revocation.Revoked:
		params["revoked_at"] = problem.Time(a.At)
		if row.Kind == lifecycle.KindVendor {
			return []problem.Finding{problem.FoundAs(problem.Revoked, "vendor", problem.Critical, params)}
		}
		return []problem.Finding{problem.Found(problem.Revoked, problem.Critical, params)}
	}
	return []problem.Finding{unknown(a.Reason, params)}
}

// unknown is why nobody knows. Where nobody can be asked, it is a note.
func unknown(why revocation.Reason, params problem.Params) problem.Finding {
	switch why {
	case revocation.NoAddress:
		return problem.FoundAs(problem.RevocationUnknown, "no-address", problem.Info, params)
	case ofSimulator:
		return problem.FoundAs(problem.RevocationUnknown, "simulated", problem.Info, params)
	case revocation.OtherIssuer:
		return problem.FoundAs(problem.RevocationUnknown, "issuer", problem.Warning, params)
	case revocation.Unreadable:
		return problem.FoundAs(problem.RevocationUnknown, "unreadable", problem.Warning, params)
	case revocation.Unsigned:
		return problem.FoundAs(problem.RevocationUnknown, "unsigned", problem.Warning, params)
	case revocation.Stale:
		return problem.FoundAs(problem.RevocationUnknown, "stale", problem.Warning, params)
	case revocation.Early:
		return problem.FoundAs(problem.RevocationUnknown, "early", problem.Warning, params)
	case revocation.Partial:
		return problem.FoundAs(problem.RevocationUnknown, "partial", problem.Warning, params)
	}
	return problem.Found(problem.RevocationUnknown, problem.Warning, params)
}
