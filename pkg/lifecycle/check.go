package lifecycle

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Terms are what every check goes by besides its subject.
type Terms struct {
	Now    time.Time
	Policy pushcert.Policy
	Trust  *pushcert.Trust
	// Outline keeps of the certificates that are watched no more than tables show.
	Outline bool
	// GivenWarn and GivenCritical tell which thresholds were given for this call: a profile's
	// own do not go before those.
	GivenWarn, GivenCritical bool
}

// For are the terms of a profile, which may have thresholds of its own. Where one of the two is
// its own and contradicts the other, the other gives way: who wants to hear of a profile
// from ten days on wants nothing critical before.
func (terms Terms) For(p *Profile) Terms {
	ownWarn, ownCritical := p.WarnDays != nil && !terms.GivenWarn, p.CriticalDays != nil && !terms.GivenCritical
	if ownWarn {
		terms.Policy.WarnDays = *p.WarnDays
	}
	if ownCritical {
		terms.Policy.CriticalDays = *p.CriticalDays
	}
	switch {
	case terms.Policy.WarnDays >= terms.Policy.CriticalDays:
	case ownCritical && !terms.GivenWarn:
		terms.Policy.WarnDays = terms.Policy.CriticalDays
	default:
		terms.Policy.CriticalDays = terms.Policy.WarnDays
	}
	return terms
}

// Reference is what a certificate is compared with: a profile, or what --against names.
// Empty fields are not compared.
type Reference struct {
	Profile     string // its name; empty when File was given
	File        string // what --against named: a file or a topic
	Topic       string
	Source      TopicSource // how a profile knows that topic
	Server      string      // that told it; empty where none did
	Certificate *pushcert.Certificate
	PublicKey   string
	// Earlier are the topics that the profile had before: the way back to its devices.
	Earlier []HeldTopic
}

// Compare compares a certificate with a reference: its topic, its key, and whether
// it is newer than what is there.
func Compare(c *pushcert.Certificate, r Reference) []problem.Finding {
	var found []problem.Finding
	if r.Topic != "" && c.Topic() != "" && c.Topic() != r.Topic {
		found = append(found, r.otherTopic(c.Topic()))
	}
	if r.PublicKey != "" && c.PublicKey() != r.PublicKey {
		found = append(found, problem.FoundAs(problem.KeyMismatch, "request", problem.Critical, problem.Params{"file": r.File}))
	}
	if old := r.Certificate; old != nil && c.Topic() == old.Topic() {
		params := problem.Params{
			"serial": c.SerialHex(), "not_after": problem.Time(c.X509.NotAfter),
			"stored_serial": old.SerialHex(), "stored_not_after": problem.Time(old.X509.NotAfter), "profile": r.Profile, "reference": cmp.Or(r.File, r.Profile),
		}
		switch {
		case c.SHA256() == old.SHA256():
			found = append(found, problem.Found(problem.SameCertificate, problem.Info, params))
		case c.X509.NotAfter.Before(old.X509.NotAfter):
			found = append(found, problem.Found(problem.OlderThanStored, problem.Critical, params))
		}
	}
	return found
}

// otherTopic is the finding of the most expensive mistake there is.
func (r Reference) otherTopic(topic string) problem.Finding {
	params := problem.Params{"topic": topic, "stored_topic": r.Topic}
	if r.File != "" {
		params["file"] = r.File
		return problem.FoundAs(problem.TopicMismatch, "against", problem.Critical, params)
	}
	params["profile"] = r.Profile
	if had, ok := r.had(topic); ok {
		params["since"], params["until"] = had.Since.UTC().Format(time.DateOnly), had.Until.UTC().Format(time.DateOnly)
		if had.Undone {
			return problem.FoundAs(problem.TopicMismatch, "undone", problem.Critical, params)
		}
		return problem.FoundAs(problem.TopicMismatch, "back", problem.Critical, params)
	}
	switch r.Source {
	case TopicExpected:
		if r.Server != "" {
			params["server"] = r.Server
			return problem.FoundAs(problem.TopicMismatch, "told", problem.Critical, params)
		}
		return problem.FoundAs(problem.TopicMismatch, "expected", problem.Critical, params)
	case TopicFormer:
		return problem.FoundAs(problem.TopicMismatch, "former", problem.Critical, params)
	case TopicRefused:
		return problem.FoundAs(problem.TopicMismatch, "refused", problem.Critical, params)
	}
	return problem.Found(problem.TopicMismatch, problem.Critical, params)
}

// CompareRow compares the topic of a row at the portal with the one that the profile's devices
// listen on, as far as it is known: topic-mismatch, or topic-missing where nothing is.
func (s *State) CompareRow(name, known, topic string) []problem.Finding {
	params := problem.Params{"profile": name, "topic": topic, "stored_topic": known}
	other, isKnown := s.ProfileOf(topic)
	switch {
	case known == topic:
		return nil
	case isKnown:
		params["other_profile"] = other
		return []problem.Finding{problem.FoundAs(problem.TopicMismatch, "row-other", problem.Critical, params)}
	case known == "":
		return []problem.Finding{problem.FoundAs(problem.TopicMissing, "row", problem.Critical, params)}
	}
	return []problem.Finding{problem.FoundAs(problem.TopicMismatch, "row", problem.Critical, params)}
}

// reference is what a profile demands of a new certificate.
func (p *Profile) reference(name string) (Reference, error) {
	old, err := p.Leaf(name)
	if err != nil {
		return Reference{}, err
	}
	known, err := p.KnownTopic(name)
	return Reference{
		Profile: name, Topic: known.Topic, Source: known.Source, Server: p.toldBy(), Certificate: old, Earlier: p.Earlier(known.Topic),
	}, err
}

// memo finds what a profile's notes lack, and a request that waits for its certificate.
func (s *State) memo(name, appleAccount string, pending []Pending, now time.Time) []problem.Finding {
	var found []problem.Finding
	if appleAccount == "" {
		found = append(found, problem.Found(problem.NoAppleAccount, problem.Warning, problem.Params{"profile": name}))
	}
	if days := pendingDays(pending, now); days != nil && *days >= StaleAfterDays {
		found = append(found, s.stale(name, problem.Params{"profile": name, "days": strconv.Itoa(*days)}, now))
	}
	return found
}

// stale is the finding about a request that has been out for long, in words for who has to act.
func (s *State) stale(name string, params problem.Params, now time.Time) problem.Finding {
	if s.Outlived(name, now) {
		return problem.FoundAs(problem.RequestStale, "outlived", problem.Warning, params)
	}
	switch s.Signer(name, now) {
	case string(RouteUnsigned):
		return problem.FoundAs(problem.RequestStale, "unsigned", problem.Warning, params)
	case string(RouteService):
		return problem.FoundAs(problem.RequestStale, "service", problem.Warning, params)
	case signerHere:
		return problem.FoundAs(problem.RequestStale, "here", problem.Warning, params)
	}
	return problem.Found(problem.RequestStale, problem.Warning, params)
}

// WrongFile is [WrongKind] of a file: what looks like the key of a push certificate may be a
// .p8, which goes elsewhere.
func WrongFile(file *pushcert.File) problem.Finding {
	if file.ProviderKey() != nil {
		return problem.FoundAs(problem.WrongRole, "is-p8", problem.Critical, problem.Params{"role": string(file.Role)})
	}
	return WrongKind(file.Role)
}

// WrongKind is the finding about a file that is no MDM push certificate. The commonest
// have words of their own: each is sent another way.
func WrongKind(role pushcert.Role) problem.Finding {
	params := problem.Params{"role": string(role), "expected_role": string(pushcert.RoleMDMPush)}
	switch role {
	case pushcert.RoleMDMVendor:
		return problem.FoundAs(problem.WrongRole, "is-vendor", problem.Critical, params)
	case pushcert.RoleCSR:
		return problem.FoundAs(problem.WrongRole, "is-csr", problem.Critical, params)
	case pushcert.RoleRequest:
		return problem.FoundAs(problem.WrongRole, "is-request", problem.Critical, params)
	case pushcert.RolePrivateKey:
		return problem.FoundAs(problem.WrongRole, "is-key", problem.Critical, params)
	case pushcert.RoleMDMCertAnswer:
		return problem.FoundAs(problem.WrongRole, "is-answer", problem.Critical, params)
	case pushcert.RoleHTML:
		return problem.FoundAs(problem.WrongRole, "is-page", problem.Critical, params)
	}
	return problem.Found(problem.WrongRole, problem.Critical, params)
}

// Unwatched is the finding about a file of a kind whose end nobody has to watch, and false
// for the kinds that are watched: push and vendor certificates, and tokens.
func Unwatched(role pushcert.Role) (problem.Finding, bool) {
	switch role {
	case pushcert.RoleMDMPush, pushcert.RoleMDMVendor, pushcert.RoleAppPush, pushcert.RolePassPush, pushcert.RoleServerPush,
		pushcert.RoleADEToken, pushcert.RoleContentToken:
		return problem.Finding{}, false
	case pushcert.RoleUnknown:
		return problem.FoundAs(problem.FileUnrecognised, "certificate", problem.Critical, nil), true
	}
	return problem.FoundAs(problem.WrongRole, "unwatched", problem.Critical, problem.Params{"role": string(role)}), true
}

// ReferenceOf is what a file gives to compare with: a topic that devices listen to, or
// the key that a request was made with. A file that tells neither is a problem; name is what
// the person calls it.
func ReferenceOf(file *pushcert.File, name string) (Reference, error) {
	r := Reference{File: name}
	for _, f := range file.Findings {
		if f.Code == problem.TopicNotMDM {
			return r, problem.About([]problem.Finding{f}, "file", name)[0].Err()
		}
	}
	if file.Leaf() != nil {
		return r.ofCertificate(file)
	}
	switch {
	case file.Request != nil && file.Request.CSR != nil:
		r.PublicKey = file.Request.CSR.PublicKey()
	case file.CSR != nil:
		r.PublicKey = file.CSR.PublicKey()
	case file.Topic != "":
		r.Topic = file.Topic
	default:
		return r, problem.Say(problem.WrongRole, "against", problem.Params{"file": r.File, "role": string(file.Role)})
	}
	return r, nil
}

// ofCertificate is the reference that the certificates of a file give, which have one topic.
func (r Reference) ofCertificate(file *pushcert.File) (Reference, error) {
	topics := pushcert.TopicsOf(file.Rivals())
	switch leaf := file.Leaf(); {
	case leaf.Role() != pushcert.RoleMDMPush:
		return r, problem.Say(problem.WrongRole, "against", problem.Params{"file": r.File, "role": string(file.Role)})
	case len(topics) > 1:
		return r, problem.Say(problem.SeveralCertificates, "against", problem.Params{"file": r.File, "held_topics": strings.Join(topics, ", ")})
	case leaf.Topic() == "":
		return r, problem.Say(problem.TopicMissing, "audit", problem.Params{"file": r.File})
	default:
		r.Certificate, r.Topic = leaf, leaf.Topic()
		return r, nil
	}
}
