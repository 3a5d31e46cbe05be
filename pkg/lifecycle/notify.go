package lifecycle

import (
	"slices"
	"strings"
	"time"
)

// Notify are the settings of who is told in time, and by what way.
type Notify struct {
	From                string    `yaml:"from,omitempty"`
	To                  []string  `yaml:"to,omitempty"`
	IncludeAppleAccount *bool     `yaml:"include_apple_account,omitempty"`
	Ladder              string    `yaml:"ladder,omitempty"`
	Language            string    `yaml:"language,omitempty"`
	SMTP                SMTP      `yaml:"smtp,omitempty"`
	Webhooks            []Webhook `yaml:"webhooks,omitempty"`
	Ping                string    `yaml:"ping,omitempty"`
}

// SMTP is the mail server. The password is a reference (env:, file:, command:) or sealed.
type SMTP struct {
	Host     string `yaml:"host,omitempty"`
	Port     *int   `yaml:"port,omitempty"`
	TLS      string `yaml:"tls,omitempty"`
	Username string `yaml:"username,omitempty"`
	Password string `yaml:"password,omitempty"`
}

// Webhook is an address that is told by HTTP. The secret is a reference or sealed; the URL may
// be, for whoever has that of a chat can write there.
type Webhook struct {
	Name   string `yaml:"name"`
	Kind   string `yaml:"kind,omitempty"`
	URL    string `yaml:"url,omitempty"`
	Secret string `yaml:"secret,omitempty"`
}

// IsSealed tells whether the value of a setting is sealed in the config file.
func IsSealed(value string) bool {
	return strings.HasPrefix(strings.TrimSpace(value), "-----BEGIN AGE ENCRYPTED FILE-----")
}

// ProfileNotify is what a profile has of its own.
type ProfileNotify struct {
	To       []string `yaml:"to,omitempty"`
	Ladder   string   `yaml:"ladder,omitempty"`
	Disabled bool     `yaml:"disabled,omitempty"`
}

// KindRequest is a request that has been out for too long.
const KindRequest Kind = "request"

// Reminded is the memory of one recipient about one certificate: the lowest rung told. In a
// profile, Kind is that of a request or a server alone, and the name that of a server.
type Reminded struct {
	Kind      Kind      `yaml:"kind,omitempty"`
	Name      string    `yaml:"name,omitempty"`
	Serial    string    `yaml:"serial"`
	Recipient string    `yaml:"recipient"`
	Rung      int       `yaml:"rung"`
	At        time.Time `yaml:"at"`
}

// Subject is what somebody is told about: a certificate, a token or a request.
type Subject struct {
	Kind    Kind
	Profile string
	Name    string // of a token or a server
	// Serial is what a renewal changes: of a token its end, of a request its beginning, of a server
	// what it uses.
	Serial string
}

// memory is where it is kept what was told of a subject, with the kind that stands there; nil
// where the profile is gone.
func (s *State) memory(about Subject) (*[]Reminded, Kind) {
	if about.Profile == "" {
		return &s.Reminded, about.Kind
	}
	p := s.Profiles[about.Profile]
	if p == nil {
		return nil, ""
	}
	if about.Kind == KindRequest || about.Kind == KindServer {
		return &p.Reminded, about.Kind
	}
	return &p.Reminded, ""
}

// LowestTold is the lowest rung that a recipient was told of a subject, if any was.
func (s *State) LowestTold(about Subject, recipient string) (rung int, told bool) {
	list, kind := s.memory(about)
	if list == nil {
		return 0, false
	}
	for _, r := range *list {
		if r.Kind == kind && r.Name == about.Name && r.Serial == about.Serial && r.Recipient == recipient {
			return r.Rung, true
		}
	}
	return 0, false
}

// forgotten is when it no longer matters what was told of a certificate that is not the present
// one: by then it has run out.
const forgotten = 400 * 24 * time.Hour

// RememberTold notes that a recipient was told a rung, and drops what no longer matters. The
// history tells of each rung once, whoever was told.
func (s *State) RememberTold(about Subject, recipient string, rung int, actor string, now time.Time) {
	list, kind := s.memory(about)
	if list == nil {
		return
	}
	is := func(r Reminded) bool { return r.Kind == kind && r.Name == about.Name && r.Serial == about.Serial }
	first := !slices.ContainsFunc(*list, func(r Reminded) bool { return is(r) && r.Rung <= rung })
	*list = slices.DeleteFunc(*list, func(r Reminded) bool {
		if is(r) {
			return r.Recipient == recipient
		}
		return now.Sub(r.At) > forgotten
	})
	*list = append(*list, Reminded{kind, about.Name, about.Serial, recipient, rung, now})
	if p := s.Profiles[about.Profile]; p != nil && first && kind == "" {
		s.noteTold(about.Profile, p, actor, now)
	}
}

// noteTold adds to the history of a profile that people were told of its certificate.
func (s *State) noteTold(name string, p *Profile, actor string, now time.Time) {
	c, err := p.Leaf(name)
	if err != nil || c == nil {
		return
	}
	p.Record(Event{
		At: now, By: actor, Action: Told, Topic: c.Topic(), SerialHex: c.SerialHex(),
		NotAfter: new(c.X509.NotAfter), AppleAccount: p.AppleAccount,
	})
}
