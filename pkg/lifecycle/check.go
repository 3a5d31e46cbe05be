package lifecycle

import (
	"cmp"
	"strconv"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// Judge is what every check needs to know besides its subject.
type Judge struct {
	Now    time.Time
	Policy pushcert.Policy
	Trust  *pushcert.Trust
}

// Reference is what a certificate is held against: a profile, or what --against names.
// Empty fields are not compared.
type Reference struct {
	Profile     string // its name; empty when File was given
	File        string // what --against named: a file or a topic
	Topic       string
	Certificate *pushcert.Certificate
	PublicKey   string
}

// Compare holds a certificate against a reference: its topic, its key, and whether
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
			"serial": c.SerialHex(), "not_after": stamp(c.X509.NotAfter),
			"stored_serial": old.SerialHex(), "stored_not_after": stamp(old.X509.NotAfter), "profile": r.Profile, "reference": cmp.Or(r.File, r.Profile),
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
	return problem.Found(problem.TopicMismatch, problem.Critical, params)
}

// reference is what a profile demands of a new certificate.
func (p *Profile) reference(name string) (Reference, error) {
	old, err := p.Leaf(name)
	if err != nil {
		return Reference{}, err
	}
	r := Reference{Profile: name, Topic: p.ExpectTopic, Certificate: old}
	if old != nil {
		r.Topic = old.Topic()
	}
	return r, nil
}

// memo finds what a profile's notes lack, and a request that waits for its certificate.
func memo(name, appleAccount string, pending []Pending, now time.Time) []problem.Finding {
	var found []problem.Finding
	if appleAccount == "" {
		found = append(found, problem.Found(problem.NoAppleAccount, problem.Warning, problem.Params{"profile": name}))
	}
	if days := pendingDays(pending, now); days != nil && *days >= StaleAfterDays {
		found = append(found, problem.Found(problem.RequestStale, problem.Warning, problem.Params{
			"profile": name, "days": strconv.Itoa(*days),
		}))
	}
	return found
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
	case pushcert.RoleHTML:
		return problem.FoundAs(problem.WrongRole, "is-page", problem.Critical, params)
	}
	return problem.Found(problem.WrongRole, problem.Critical, params)
}

// stamp is how a time stands among a finding's parameters.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
