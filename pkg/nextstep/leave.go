package nextstep

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The way out of a file whose passphrase is lost: every profile of it goes along, with its
// certificate or, failing that, with its topic, so that none is created anew.

// Rounds are the values of the steps of a name: those given, and for steps of which each profile has its
// own, those of each. The files of a profile are named as base says.
func (s Situation) Rounds(name string, given problem.Params, base func(profile string) string) []problem.Params {
	if !slices.Contains([]string{"lostexport", "lostprofile", "sharedprofile"}, name) || len(s.state().Profiles) == 0 {
		return []problem.Params{given}
	}
	var all []problem.Params
	for _, profile := range s.state().Names() {
		if p := s.State.Profiles[profile]; p != nil {
			values := s.leaving(profile, p, base(profile))
			values["round"] = strconv.Itoa(len(all) + 1)
			all = append(all, values)
		}
	}
	return all
}

// leaving are the values of a profile that goes along. A certificate that has ended is taken over nowhere;
// its topic is.
func (s Situation) leaving(name string, p *lifecycle.Profile, base string) problem.Params {
	all := problem.Params{
		"profile": name, "email": p.Email, "country": p.Country, "account": p.AppleAccount,
		"signed_in": cmp.Or(p.AppleAccount, s.state().Settings.AppleAccount), "moved": base + "-moved.pem",
	}
	if known, err := p.KnownTopic(name); err == nil {
		all["topic"] = known.Topic
	}
	leaf, err := p.Leaf(name)
	switch {
	case err == nil && leaf != nil && !s.Now.After(leaf.X509.NotAfter):
		all["certificate"] = base + "-kept.pem"
	case p.First && all["topic"] == "":
		all["first"] = "true"
	}
	return all
}

// lost is how the steps go out of a file whose passphrase is lost.
func (s Situation) lost(name string, params problem.Params) string {
	switch {
	case name == "lost":
		return either(s.knowsTopic(), "kept", "none")
	case name == "lostrow" && params["topic"] == "":
		return ""
	case name == "lostrow":
		return either(params["signed_in"] != "", "known", "unknown")
	case s.state().Profiles[params["profile"]].WatchedOnly() && params["certificate"] != "":
		return string(lifecycle.RouteElsewhere)
	case params["certificate"] != "":
		return "kept"
	}
	return map[string]string{"lostprofile": "topic"}[name]
}

// shared is how those go on who open a file whose passphrase is lost with an identity.
func (s Situation) shared(name string, params problem.Params) string {
	others := len(s.state().Sealing.Recipients) > 0
	switch {
	case name == "losthow":
		return either(others, "shared", "alone")
	case name == "sharedprofile" && params["moved"] == "": // a file without profiles
		return ""
	case name == "sharedprofile":
		return either(s.Waits(s.state().Profiles[params["profile"]]), "waits", "moved")
	}
	return either(others, "others", "")
}

// knowsTopic tells whether the file has a topic that goes along.
func (s Situation) knowsTopic() bool {
	for name, p := range s.state().Profiles {
		if known, err := p.KnownTopic(name); err == nil && known.Topic != "" {
			return true
		}
	}
	return false
}

// Numbered makes the names of the values in a round's text those of that round, and puts the values into
// all: the rounds of one text have the same names. Other texts stay.
func Numbered(text string, values, all problem.Params) string {
	round := values["round"]
	if round == all["round"] {
		return text
	}
	for name, value := range values {
		all[name+"."+round] = value
		text = strings.ReplaceAll(text, "{"+name+"}", "{"+name+"."+round+"}")
	}
	return text
}

// Anew are the values of a file that takes this one's place.
func (s Situation) Anew(path string) problem.Params {
	set := s.state().Settings
	return problem.Params{
		"new_config": path, "organization": set.Organization, "apple_account": set.AppleAccount, "file_email": set.Email, "file_country": set.Country,
	}
}
