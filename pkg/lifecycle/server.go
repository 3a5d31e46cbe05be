package lifecycle

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Server is an MDM server, where certificates of profiles are used.
type Server struct {
	Kind string `yaml:"kind"`
	URL  string `yaml:"url,omitempty"`
	// Credentials are what opens it, by name: references (env:, file:, command:), or sealed.
	Credentials map[string]string `yaml:"credentials,omitempty"`
	// CAFile has the authorities, in PEM, that its certificate may come from beside the system's.
	CAFile string `yaml:"ca_file,omitempty"`
}

// MakesRequests tells whether servers of the kind make the key and the request themselves, and
// hand the request out.
func (s *Server) MakesRequests() bool {
	return s != nil && slices.Contains([]string{"intune", "simplemdm", "jumpcloud", "fleet"}, s.Kind)
}

// TakesCertificates tells whether servers of the kind take a certificate by a call.
func (s *Server) TakesCertificates() bool {
	return s.MakesRequests() || s != nil && slices.Contains([]string{"nanomdm", "nanohub", "micromdm"}, s.Kind)
}

// TellsCertificate tells whether servers of the kind say which certificate they use. The others give warnings at most.
func (s *Server) TellsCertificate() bool {
	return s.TakesCertificates() || s != nil && slices.Contains([]string{"zentral", "meraki"}, s.Kind)
}

// Fetched is the open request that the server of a profile made with a key of its own: a
// certificate of another key is of no use there.
type Fetched struct {
	Public       string    `yaml:"public"` // base64 of the SubjectPublicKeyInfo (RFC 5280, 4.1.2.7)
	At           time.Time `yaml:"at"`
	Server       string    `yaml:"server,omitempty"` // whose it is, once that server was taken out; until then the profile's
	Vendor       string    `yaml:"vendor,omitempty"` // who signed it, as the portal lists it
	VendorSerial string    `yaml:"vendor_serial,omitempty"`
}

// ServerOf is the server that a profile is linked with, and its name; nil for one that is linked
// with none. A name that no server has is a usage problem.
func (s *State) ServerOf(profile string) (name string, server *Server, err error) {
	if p := s.Profiles[profile]; p != nil && p.Server != "" {
		server, err = s.Server(p.Server)
		return p.Server, server, err
	}
	return "", nil, nil
}

// NotLinked is why no server of a profile can be asked: it is linked with none, or there is none in the config file.
func (s *State) NotLinked(profile string) error {
	params := problem.Params{"profile": profile}
	if len(s.Servers) > 0 {
		return problem.Say(problem.Usage, "server-not-linked", params)
	}
	return problem.Say(problem.Usage, "server-not-linked.none", params)
}

// Server is the server of that name; an unknown one is a usage problem.
func (s *State) Server(name string) (*Server, error) {
	if server, ok := s.Servers[name]; ok {
		return server, nil
	}
	if len(s.Servers) == 0 {
		return nil, problem.Say(problem.Usage, "server-none", problem.Params{"server": name})
	}
	return nil, problem.Say(problem.Usage, "server-unknown", problem.Params{"server": name, "servers": list(slices.Sorted(maps.Keys(s.Servers)))})
}

// AddServer puts a server under a name. One that is there already with other values is a usage
// problem, and so is a name that cannot stand in a file name or a line.
func (s *State) AddServer(name string, server Server) error {
	if name == "" || !validName(name) {
		return problem.Say(problem.Usage, "name.server", problem.Params{"value": strconv.Quote(name)})
	}
	if _, taken := s.Servers[name]; taken {
		return problem.Say(problem.Usage, "server-taken", problem.Params{"server": name})
	}
	if s.Servers == nil {
		s.Servers = map[string]*Server{}
	}
	s.Servers[name] = &server
	return nil
}

// LinkServer notes that a profile's certificate is used by a server. The request that another server
// made is forgotten.
func (s *State) LinkServer(name, profile string) error {
	if _, err := s.Server(name); err != nil {
		return err
	}
	p, err := s.Profile(profile)
	if err != nil {
		return err
	}
	if p.Fetched != nil && cmp.Or(p.Fetched.Server, p.Server) != name {
		p.Fetched = nil
	}
	p.Server = name
	return nil
}

// LinkedWith lists the profiles that are linked with a server, sorted.
func (s *State) LinkedWith(name string) (profiles []string) {
	for _, profile := range s.read() {
		if s.Profiles[profile].Server == name {
			profiles = append(profiles, profile)
		}
	}
	return profiles
}

// RemoveServer takes a server out. While profiles are linked with it that is a usage problem,
// unless they are to be unlinked, too. What it made a request for stays known, should it be added anew: the
// certificate may be on its way.
func (s *State) RemoveServer(name string, unlink bool) (unlinked []string, err error) {
	if _, err := s.Server(name); err != nil {
		return nil, err
	}
	linked := s.LinkedWith(name)
	if len(linked) > 0 && !unlink {
		return nil, problem.Say(problem.Usage, "server-linked", problem.Params{"server": name, "profiles": list(linked)})
	}
	for _, profile := range linked {
		p := s.Profiles[profile]
		if p.Server = ""; p.Fetched != nil {
			p.Fetched.Server = name
		}
	}
	delete(s.Servers, name)
	return linked, nil
}

// Fetch notes the request that a profile's server made, and tells whether it is the one that was
// out already. A profile that is not there yet is made.
func (s *State) Fetch(o RequestOptions, f Fetched) (reused, created bool) {
	p, created := s.ensure(o.Profile)
	p.remember(o)
	s.giveWay(o.Profile, p.ExpectTopic)
	if open := p.ServersRequest(); open != nil && open.Public == f.Public && open.VendorSerial == f.VendorSerial {
		return true, created
	}
	p.Fetched = &f
	p.Record(Event{
		At: o.Now, By: o.Actor, Action: Requested, AppleAccount: p.AppleAccount, Vendor: f.Vendor, VendorSerial: f.VendorSerial, Detail: p.Server,
	})
	return false, created
}

// Requests are those of a profile that are out, the newest last: those that were made here, and
// the one that its server made, without a key.
func (p *Profile) Requests() []Pending {
	f := p.ServersRequest()
	if f == nil {
		return p.Pending
	}
	return append(slices.Clone(p.Pending), Pending{CreatedAt: f.At, Vendor: f.Vendor, VendorSerial: f.VendorSerial})
}

// Awaits tells whether a request for that public key is out, whoever holds the key.
func (p *Profile) Awaits(public string) bool {
	return p.IsOpen(public) || p.madeByServer(public)
}

// FetcherOf names the profile whose server made the open request of a public key.
func (s *State) FetcherOf(public string) (string, bool) {
	for _, name := range s.read() {
		if s.Profiles[name].madeByServer(public) {
			return name, true
		}
	}
	return "", false
}

// ServersRequest is the open request that the server of a profile made; nil if there is none.
func (p *Profile) ServersRequest() *Fetched {
	if p == nil || p.Server == "" {
		return nil
	}
	return p.Fetched
}

// madeByServer tells whether the server's open request is for that public key.
func (p *Profile) madeByServer(public string) bool {
	f := p.ServersRequest()
	return f != nil && f.Public == public
}

// requestedOther tells whether the server's open request is for another key than a certificate
// has, which is not the one in use either.
func (p *Profile) requestedOther(c *pushcert.Certificate) bool {
	if p.ServersRequest() == nil || p.madeByServer(c.PublicKey()) {
		return false
	}
	held, err := p.Leaf("")
	return err != nil || held == nil || held.SHA256() != c.SHA256()
}

// ServersKey refuses a certificate whose key the server of the profile cannot have: another than
// that of its open request, or where none was fetched, than that of the certificate in store.
func (p *Profile) ServersKey(name string, c *pushcert.Certificate) error {
	params := problem.Params{"profile": name, "server": p.Server}
	held, err := p.Leaf(name)
	switch {
	case err != nil:
		return err
	case p.madeByServer(c.PublicKey()), held != nil && held.SHA256() == c.SHA256() && p.Certificate.Key == nil:
		return nil
	case p.ServersRequest() != nil:
		return problem.Say(problem.KeyMismatch, "server", params)
	case held != nil && held.PublicKey() == c.PublicKey() && p.Certificate.Key == nil:
		return nil
	}
	return problem.Say(problem.KeyMissing, "server", params)
}

// WantsServersKey tells whether the server of a profile makes keys of its own, and the certificate
// in store is for another one: it is of no use there, and a request of the server has to be made.
func (s *State) WantsServersKey(profile string) bool {
	p := s.Profiles[profile]
	if p == nil || !s.Servers[p.Server].MakesRequests() {
		return false
	}
	held, err := p.Leaf(profile)
	return err == nil && held != nil && p.ServersKey(profile, held) != nil
}

// keyElsewhere is the finding about a certificate without its key here: another product has it, or
// the server of the profile, by which it is renewed.
func (s *State) keyElsewhere(profile string) problem.Finding {
	params := problem.Params{"profile": profile}
	if p := s.Profiles[profile]; p != nil && s.Servers[p.Server].MakesRequests() {
		params["server"] = p.Server
		return problem.FoundAs(problem.KeyMissing, "at-server", problem.Info, params)
	}
	return problem.FoundAs(problem.KeyMissing, "elsewhere", problem.Info, params)
}

// ofServer begins the detail of an event about what a server told.
const ofServer = "server: "

// Learn notes of a profile, which is made if it is not there, what its server tells of a
// certificate that it does not hand out: the topic that every certificate has to have, and the
// Apple Account, where no other is known. A topic that contradicts what is known is
// server-differs. Changed tells whether anything was new.
func (s *State) Learn(profile, server string, u Used, actor string, now time.Time) (created, changed bool, err error) {
	p, created := s.ensure(profile)
	known, err := p.agrees(profile, server, u)
	if err != nil {
		return false, false, err
	}
	before, told := *p, ""
	if known.Topic == "" || known.Source == TopicRefused {
		if p.ExpectTopic, p.First = u.Topic, false; !u.Named {
			told = u.Topic
		}
	}
	if p.AppleAccount == "" {
		p.AppleAccount = u.Account
	}
	if err := s.LinkServer(server, profile); err != nil {
		return false, false, err
	}
	if changed = created || before.ExpectTopic != p.ExpectTopic || before.AppleAccount != p.AppleAccount || before.Server != p.Server; changed {
		p.Record(Event{At: now, By: actor, Action: Noted, Topic: told, AppleAccount: p.AppleAccount, Detail: ofServer + server})
	}
	return created, changed, nil
}

// agrees refuses what a server tells where it contradicts what is known, which it returns.
func (p *Profile) agrees(profile, server string, u Used) (KnownTopic, error) {
	known, err := p.KnownTopic(profile)
	if err != nil {
		return known, err
	}
	stored, err := p.Leaf(profile)
	if err != nil {
		return known, err
	}
	f, found := u.compared(u.params(server, profile, known.Topic, stored), known.Topic, stored)
	if found && f.Severity == problem.Critical {
		return known, f.Err()
	}
	return known, nil
}

// Uploaded notes that a profile's certificate was handed to its server, which uses it now.
func (p *Profile) Uploaded(c *pushcert.Certificate, server, actor string, now time.Time) {
	p.Record(Event{At: now, By: actor, Action: Uploaded, AppleAccount: p.AppleAccount, Detail: server}.Certified(c))
}
