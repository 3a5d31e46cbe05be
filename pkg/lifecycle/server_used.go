package lifecycle

import (
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Used is what a server tells of the certificate that it uses. What it does not tell is zero.
type Used struct {
	Missing   bool // it says that it has none
	Unasked   bool // it tells of one topic at a time, and that of the profile is not known yet
	Topic     string
	Named     bool   // a person named the topic, for the server tells none
	SerialHex string // as [pushcert.Certificate.SerialHex] writes it
	NotAfter  time.Time
	CN        string // its common name, where the server tells that alone
	Account   string // the Apple Account
	Alert     string // a warning in the server's own words
	// Certificate is there where the server hands it out.
	Certificate *pushcert.Certificate
}

// Complete takes from the certificate what the server did not tell beside it.
func (u Used) Complete() Used {
	if c := u.Certificate; c != nil {
		if u.Topic == "" {
			u.Topic = c.Topic()
		}
		if u.SerialHex == "" {
			u.SerialHex = c.SerialHex()
		}
		if u.NotAfter.IsZero() {
			u.NotAfter = c.X509.NotAfter
		}
	}
	return u
}

// Is tells whether the server uses a certificate: by its serial, or by its end where the server
// tells no serial.
func (u Used) Is(c *pushcert.Certificate) bool {
	switch {
	case u.Missing, u.Topic != "" && u.Topic != c.Topic():
		return false
	case u.SerialHex != "":
		return u.SerialHex == c.SerialHex()
	}
	return sameEnd(u.NotAfter, c.X509.NotAfter)
}

// sameEnd compares the end that a server tells with a certificate's: some tell the day alone,
// which is midnight then.
func sameEnd(told, end time.Time) bool {
	told, end = told.UTC(), end.UTC()
	if told.Truncate(24*time.Hour).Equal(told) && !told.IsZero() {
		return told.Equal(end.Truncate(24 * time.Hour))
	}
	return told.Truncate(time.Second).Equal(end)
}

// CompareUsed compares what a server uses with what a profile has: the topic that its devices
// listen on, and its certificate, which is nil where none is stored.
func CompareUsed(u Used, server, profile, topic string, stored *pushcert.Certificate, now time.Time) []problem.Finding {
	params := u.params(server, profile, topic, stored)
	var found []problem.Finding
	if u.Alert != "" {
		found = append(found, problem.Found(problem.ServerAlert, problem.Warning, params))
	}
	if f, ok := u.compared(params, topic, stored); ok {
		found = append(found, f)
	}
	if !u.NotAfter.IsZero() && now.After(u.NotAfter) {
		found = append(found, problem.FoundAs(problem.Expired, "server", problem.Critical, params))
	}
	return found
}

// CompareServer compares what the server of a profile uses with what the profile has. A certificate
// whose key that server cannot have is not what it waits for: that is said of one that is behind.
func (s *State) CompareServer(profile string, u Used, now time.Time) ([]problem.Finding, error) {
	p, err := s.Profile(profile)
	if err != nil {
		return nil, err
	}
	stored, err := p.Leaf(profile)
	if err != nil {
		return nil, err
	}
	known, err := p.KnownTopic(profile)
	if err != nil {
		return nil, err
	}
	found := CompareUsed(u, p.Server, profile, known.Topic, stored, now)
	for i, f := range found {
		switch {
		case f.Key() == string(problem.ServerBehind) && s.WantsServersKey(profile):
			found[i] = problem.FoundAs(problem.ServerBehind, "own-key", f.Severity, f.Params)
		case f.Code == problem.ServerAhead, f.Code == problem.ServerDiffers:
			if found[i], err = s.ofBefore(profile, u, f, now); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// ofBefore words a finding where the profile had the certificate that its server uses.
func (s *State) ofBefore(profile string, u Used, f problem.Finding, now time.Time) (problem.Finding, error) {
	p := s.Profiles[profile]
	c, err := p.putAway(profile, u.Is)
	if err != nil || c == nil {
		return f, err
	}
	f.Params["former_serial"] = c.SerialHex()
	variant := "rolled-back"
	if !s.HandsOver(profile, now) {
		variant = "rolled-back.by-hand"
	}
	switch back := p.isRolledBack(); {
	case back && f.Code == problem.ServerDiffers:
		f = problem.FoundAs(problem.ServerDiffers, variant, f.Severity, f.Params)
	case back:
		f = problem.FoundAs(problem.ServerAhead, variant, f.Severity, f.Params)
	case f.Code == problem.ServerAhead:
		f = problem.FoundAs(problem.ServerAhead, "former", f.Severity, f.Params)
	}
	return f, nil
}

// RolledBackFrom tells whether the server of a profile uses a certificate from which a person rolled the
// profile back: the one that was brought back is to take its place.
func (s *State) RolledBackFrom(profile string, u Used) (bool, error) {
	p, err := s.Profile(profile)
	if err != nil || !p.isRolledBack() {
		return false, err
	}
	c, err := p.putAway(profile, u.Is)
	return c != nil, err
}

// HandsOver tells whether the certificate in store can be handed over to the server of its profile by a
// call: one that is valid, with its key, or to the server that has the key.
func (s *State) HandsOver(profile string, now time.Time) bool {
	p := s.Profiles[profile]
	if p == nil || !s.Servers[p.Server].TakesCertificates() {
		return false
	}
	leaf, err := p.Leaf(profile)
	if err != nil || leaf == nil || now.After(leaf.X509.NotAfter) {
		return false
	}
	if s.Servers[p.Server].MakesRequests() {
		return !s.WantsServersKey(profile)
	}
	return p.Certificate.Key != nil
}

// compared is the one finding about which certificate the server has.
func (u Used) compared(params problem.Params, topic string, stored *pushcert.Certificate) (f problem.Finding, found bool) {
	switch {
	case u.Topic != "" && topic != "" && u.Topic != topic:
		return problem.Found(problem.ServerDiffers, problem.Critical, params), true
	case u.hasOtherName(stored):
		return problem.FoundAs(problem.ServerDiffers, "cn", problem.Critical, params), true
	case u.Missing:
		return problem.FoundAs(problem.ServerBehind, "missing", problem.Warning, params), true
	case stored == nil, u.Is(stored), u.SerialHex == "" && u.NotAfter.IsZero():
		return f, false
	case u.NotAfter.After(stored.X509.NotAfter):
		return problem.Found(problem.ServerAhead, problem.Warning, params), true
	}
	return problem.Found(problem.ServerBehind, problem.Warning, params), true
}

// params are the values that sentences about a comparison name.
func (u Used) params(server, profile, topic string, stored *pushcert.Certificate) problem.Params {
	params := problem.Params{
		"server": server, "profile": profile, "server_topic": u.Topic, "topic": topic, "server_serial": u.SerialHex, "alert": u.Alert, "cn": u.CN,
	}
	if !u.NotAfter.IsZero() {
		params["server_not_after"] = problem.Time(u.NotAfter)
	}
	if stored != nil {
		params["serial"], params["stored_cn"], params["not_after"] = stored.SerialHex(), stored.CN(), problem.Time(stored.X509.NotAfter)
	}
	return params
}

// hasOtherName tells, of a server that tells no topic, whether the name that Apple gives to all
// certificates of one topic is another one.
func (u Used) hasOtherName(stored *pushcert.Certificate) bool {
	return stored != nil && u.Topic == "" && u.CN != "" && u.CN != stored.CN() && !u.Is(stored)
}
