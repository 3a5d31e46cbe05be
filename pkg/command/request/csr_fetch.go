package request

import (
	"context"
	"encoding/base64"
	"os"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/linked"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"

	"github.com/apnsctl/apnsctl/pkg/cli"
)

// fetched is a request that the server of a profile made with its own key, checked as any other.
type fetched struct {
	server   string
	data     []byte
	request  lifecycle.Fetched
	findings []problem.Finding
}

// fetchAll fetches the requests of the profiles whose server holds the key. No key is ever made
// here for those: a certificate of it would be of no use there.
func (o *csrOptions) fetchAll(ctx context.Context, s *lifecycle.State, names []string) (map[string]*fetched, error) {
	all := map[string]*fetched{}
	servers := linked.Opener{State: s, Secrets: o.References(s, o.UnlockOptions), Machine: o}
	for _, name := range names {
		server, at, err := s.ServerOf(name)
		if err != nil {
			return nil, err
		}
		if at == nil || linked.Offers(at.Kind).NeedsKey {
			continue
		}
		if !linked.Offers(at.Kind).Request {
			return nil, problem.Say(problem.ServerUnsupported, "request-page", problem.Params{"server": server, "kind": at.Kind, "profile": name})
		}
		if err := o.onlyHere(server, name); err != nil {
			return nil, err
		}
		open, err := servers.OpenFor(ctx, name)
		if err != nil {
			return nil, err
		}
		f, err := o.fetch(ctx, s, open)
		if err != nil {
			return nil, err
		}
		if before := o.fetchedBefore(s, server, name); before != nil && before.request.Public == f.request.Public {
			f = before // servers sign another one at each call; the one that is open stays as long as the key does
		}
		all[name] = f
	}
	return all, nil
}

// onlyHere refuses flags about a key and a CSR that are made here.
func (o *csrOptions) onlyHere(server, profile string) error {
	for _, f := range []struct {
		flag  string
		given bool
	}{{"--new-key", o.newKey}, {"--unsigned", o.unsigned}, {"--country", o.country != ""}, {"--email", o.email != ""}} {
		if f.given {
			o.newKey, o.unsigned, o.country, o.email = false, false, "", "" // a hint says it again without
			return problem.Say(problem.Usage, "server-request", problem.Params{"flag": f.flag, "server": server, "profile": profile})
		}
	}
	return nil
}

// fetch gets one request, and checks it as Apple would. What Apple would refuse is an error.
func (o *csrOptions) fetch(ctx context.Context, s *lifecycle.State, from *linked.Server) (*fetched, error) {
	data, err := from.Request(ctx)
	if err != nil {
		return nil, err
	}
	if _, found := pushcert.ParseRequest(data); problem.Has(found, problem.RequestEncoding) { // some hand out the property list as it is
		data = []byte(base64.StdEncoding.EncodeToString(data))
	}
	return o.checked(s, from.Name, data)
}

// fetchedBefore is the open request that the server made for a profile, from the file where it belongs; nil where
// there is none that is good, or --force has it replaced.
func (o *csrOptions) fetchedBefore(s *lifecycle.State, server, name string) *fetched {
	open, path := s.Profiles[name].ServersRequest(), o.path(name)
	if open == nil || o.force || path == disk.Stdio {
		return nil
	}
	file := cli.RequestIn(path)
	if file == nil || file.Request == nil || file.RequestedKey() != open.Public {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	f, err := o.checked(s, server, data)
	if err != nil || f.request.VendorSerial != open.VendorSerial {
		return nil
	}
	return f
}

// checked is a request of a server, checked as Apple would.
func (o *csrOptions) checked(s *lifecycle.State, server string, data []byte) (*fetched, error) {
	terms, err := o.Terms(s, cli.TrustOptions{Chain: o.chain}, cli.ThresholdOptions{})
	if err != nil {
		return nil, err
	}
	parsed, found := pushcert.ParseRequest(data)
	if parsed != nil {
		found = append(found, pushcert.CheckRequest(parsed, terms.Now, terms.Trust)...)
	}
	if f, bad := problem.Worst(found); bad && f.Severity == problem.Critical {
		return nil, f.Err().About("file", server)
	}
	f := &fetched{server: server, data: data, findings: found}
	f.request = lifecycle.Fetched{Public: parsed.CSR.PublicKey(), At: o.Now()}
	if signer := parsed.Signer(); signer != nil {
		f.request.Vendor, f.request.VendorSerial = signer.Organization(), signer.SerialHex()
	}
	return f, nil
}

// server is the one that made the request; empty for one that was made here.
func (f written) server() string {
	if f.fetched == nil {
		return ""
	}
	return f.fetched.server
}

// makeOne makes a request here, or takes the one that was fetched.
func makeOne(s *lifecycle.State, maker signing.Maker, options lifecycle.RequestOptions, f *fetched) (*signing.Made, error) {
	if f == nil {
		return maker.Make(s, options)
	}
	reused, created := s.Fetch(options, f.request)
	p := s.Profiles[options.Profile]
	known, err := p.KnownTopic(options.Profile)
	return &signing.Made{
		Profile: options.Profile, Data: f.data, Created: created, Reused: reused, Topic: known.Topic, First: p.First,
		Vendor: f.request.Vendor, VendorSerial: f.request.VendorSerial, Findings: f.findings,
	}, err
}
