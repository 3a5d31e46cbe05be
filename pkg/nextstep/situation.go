package nextstep

import (
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Situation is what the next step depends on.
type Situation struct {
	State *lifecycle.State // of the config file; nil where none can be read
	Now   time.Time
	Named string // the profile that the command was told; empty if none was
	// OwnRoot tells that the command vouched for certificates by a root of its own.
	OwnRoot bool
	// GivenFile tells that what was looked at is a file, and not what is stored.
	GivenFile bool
	// Many tells that several files were looked at, of which each may be another profile's.
	Many   bool
	Wanted string // the role that the command asked for; may be empty
	// FileThere tells whether anything lies where the config file belongs, and BackupServes
	// whether the version before may be put there.
	FileThere, BackupServes func() bool
	// Waits tells that not everybody who opens the file has each key of a profile.
	Waits func(*lifecycle.Profile) bool
}

// Several stands for a name where there are several, and only the person knows which.
const Several = "NAME"

// Way is how the steps of a name go: the key of their words below that name. It is empty where
// there is nothing to do.
func (s Situation) Way(name string, params problem.Params) string {
	if way, found := told(name, params); found {
		return way
	}
	switch name {
	case "begin", "init", "backup", "look", "rejoin":
		return s.ofFiles(name)
	case "register", "vendorimport":
		return s.registered(name, params)
	case "card", "compare", "memo", "export", "signing":
		return s.ofProfile(name, params["profile"])
	case "newfile", "push":
		return either(s.state().TrustRoot != "", "rehearsal", "real")
	case "newvendor", "vendorsign", "lostvendor", "sharedvendor", "signer", "vendoranew":
		return s.vendorWay(name)
	case "shown":
		return shown(s.Wanted)
	case "shared", "sharedprofile", "losthow":
		return s.shared(name, params)
	case "lost", "lostexport", "lostprofile", "lostrow":
		return s.lost(name, params)
	}
	return s.requested(name, params)
}

// told finds the way where what is said besides tells it.
func told(name string, params problem.Params) (way string, found bool) {
	switch name {
	case "accept", "share": // only where a finding says that it is acceptable, or shareable
		return params[name+"able"], true
	case "back":
		return "accept", params["acceptable"] != ""
	case "relink", "reseal": // what the command that adds a server anew could not name
		of := map[string]string{"relink": "others", "reseal": "sealed"}[name]
		return either(params[of] != "", of, ""), true
	case "blanks": // what the command leaves to the person, of where a rehearsal pushes to
		return either(strings.Contains(params["command"], " --endpoint URL"), "simulator", ""), true
	}
	return "", false
}

// shown is what shows the change that a command made.
func shown(command string) string {
	switch command {
	case "memo":
		return "memo"
	case "init", "config-set", "config-unset":
		return "settings"
	case "server-add", "server-link", "server-remove":
		return "servers"
	case "token-import", "token-delete":
		return "tokens"
	case "vendor-csr", "vendor-import":
		return "vendor"
	case "config-recipients-add", "config-recipients-remove":
		return "recipients"
	case "config-passphrase":
		return "passphrase"
	case "notify":
		return "told"
	}
	return "status"
}

// either is the one way where the fact holds, and the other where it does not.
func either(fact bool, way, other string) string {
	if fact {
		return way
	}
	return other
}

// state is empty where nothing is known yet: then an outside vendor signs.
func (s Situation) state() *lifecycle.State {
	if s.State == nil {
		return &lifecycle.State{}
	}
	return s.State
}

// ofFiles is the way of steps that depend on which files there are.
func (s Situation) ofFiles(name string) string {
	switch {
	case name == "backup":
		return either(s.BackupServes(), "serves", "lacks")
	case name == "look", name == "rejoin": // at what was pushed with
		return either(s.GivenFile, "file", "stored")
	case s.FileThere():
		return "" // damaged, perhaps; it is no less there
	case s.BackupServes():
		return "copy"
	case name == "init" && s.OwnRoot:
		return "rehearsal"
	}
	return "real"
}

// registered is how a certificate that was looked at is registered, if it can be: by itself
// where its key is at hand, else with its key or without one. What only a root of the command
// line vouches for has no place in a file for Apple's certificates. A vendor's belongs into
// the file where its key is.
func (s Situation) registered(name string, params problem.Params) string {
	keyed, asked := params["keyed"]
	switch {
	case params["refused"] != "", name == "vendorimport" && asked && keyed == "":
		return ""
	case name == "vendorimport":
		return either(s.State != nil, "there", "start")
	case s.OwnRoot && s.State != nil && s.State.TrustRoot == "":
		return "apart"
	case keyed == "":
		return "alone"
	}
	return "keyed"
}

// ofProfile is the way of steps that depend on what there is of a profile.
func (s Situation) ofProfile(name, profile string) string {
	switch name {
	case "export":
		return exported(s.state().Profiles[profile])
	case "signing":
		return either(s.out(profile), "out", "start")
	}
	return either(s.has(profile), "there", "start")
}

// exported is how a profile's certificate is exported, with its key if that is here.
func exported(p *lifecycle.Profile) string {
	switch {
	case p == nil || p.Certificate == nil:
		return "start"
	case p.Certificate.Key == nil:
		return "elsewhere"
	}
	return "there"
}

// vendorWay is the way of steps that need a vendor identity, whichever profile they are about.
func (s Situation) vendorWay(name string) string {
	st := s.state()
	way, asVendor := st.Route("", s.Now), strings.HasPrefix(s.Wanted, "vendor-") || len(st.Vendor.Pending) > 0
	switch name {
	case "newvendor":
		return either(way == lifecycle.RouteVendor, "expired", "")
	case "signer":
		return either(way == lifecycle.RouteSign && !asVendor, "there", "lacks")
	case "vendoranew":
		return either(way != lifecycle.RouteUnsigned || asVendor, "own", "outside")
	}
	return either(way != lifecycle.RouteUnsigned, "sign", "")
}

// requested is how the profile gets its next request, and whether its topic has to be told.
// A vendor certificate that has expired comes first, see newvendor.
func (s Situation) requested(name string, params problem.Params) string {
	way := s.state().Route(params["profile"], s.Now)
	switch {
	case way == lifecycle.RouteVendor:
		way = lifecycle.RouteSign
	case way == lifecycle.RouteService && !slices.Contains([]string{"renew", "request", "newkey"}, name):
		way = lifecycle.RouteUnsigned // it was asked for the open request alone
	}
	untold := name == "renew" && s.untold(params["profile"]) || name == "lostrequest" && params["certificate"] == ""
	switch {
	case untold && params["topic"] != "":
		return "new-" + string(way)
	case name == "lostrequest" && params["first"] != "":
		return "first-" + string(way)
	}
	return string(way)
}

// out tells that a signed request of the profile, or of any where several could be meant, is out and still good: made
// once more, its file would be another.
func (s Situation) out(profile string) bool {
	for name, p := range s.state().Profiles {
		requests := p.Requests()
		if n := len(requests); n > 0 && requests[n-1].VendorSerial != "" && (profile == name || profile == Several) && !s.State.Outlived(name, s.Now) {
			return true
		}
	}
	return false
}

// untold tells that a profile has no topic; one of which a person has said that no device was ever
// enrolled has none either, and a certificate that is at hand says otherwise.
func (s Situation) untold(profile string) bool {
	p := s.state().Profiles[profile]
	if p == nil {
		return true
	}
	known, err := p.KnownTopic(profile)
	return err == nil && known.Topic == ""
}

// has tells whether there is a profile that a command with this name would find.
func (s Situation) has(name string) bool {
	return s.State != nil && (s.State.Profiles[name] != nil || name == Several && len(s.State.Profiles) > 0)
}

// Profile is the profile that a command most likely means: the one that was named, the one that
// knows the topic, the only one, or the first to be made. With several, and for several files, it is
// left to the person.
func (s Situation) Profile(topic string) string {
	switch {
	case s.Named != "":
		return s.Named
	case s.State == nil && !s.Many:
		return lifecycle.DefaultProfile
	}
	if name, ok := s.state().ProfileOf(topic); ok {
		return name
	}
	if s.Many {
		return Several
	}
	name, err := s.State.Choose("")
	if open, unread := s.State.Unanswered(name); err != nil || topic != "" && (unread != nil || !open) {
		return Several // the only profile's topic is another one
	}
	return name
}
