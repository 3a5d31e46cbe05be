package cli

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The commands that a next step needs depend on the situation: who signs the requests of
// this file, whether the profile knows its topic, whether there is a config file at all.
// Sentences name such steps as {steps.NAME}, on a line of their own; the catalogue's steps
// file has the words for each situation.

// stepMark is how a sentence names steps.
const stepMark = "{steps."

// stepped puts the steps of the present situation into a text. A line whose steps have no
// words here goes.
func (e *Env) stepped(text string, params problem.Params) string {
	if !strings.Contains(text, stepMark) {
		return text
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		name, found := strings.CutPrefix(line, stepMark)
		if !found {
			lines = append(lines, line)
			continue
		}
		name = strings.TrimSuffix(name, "}")
		if name == "lost" {
			maps.Copy(params, e.leaving(params["profile"]))
		}
		key := "steps." + name + "." + e.way(name, params)
		if steps, ok := e.Msg.Lookup(key); ok {
			if e.Trace != nil {
				e.Trace(key, "")
			}
			lines = append(lines, e.stepped(steps, params))
		}
	}
	return strings.Join(lines, "\n")
}

// way is the key of the steps' words below their name.
func (e *Env) way(name string, params problem.Params) string {
	s := e.atHand()
	if s == nil {
		s = &lifecycle.State{} // where nothing is known yet, an outside vendor signs
	}
	switch name {
	case "accept", "share": // only where a finding says that it is acceptable, or shareable
		return params[name+"able"]
	case "source", "init", "backup", "look", "rejoin":
		return e.ofFiles(name)
	case "register", "vendorimport":
		return e.registered(s, name, params)
	case "card", "compare", "memo":
		return map[bool]string{true: "there", false: "start"}[has(s, params["profile"])]
	case "export":
		return exported(s.Profiles[params["profile"]])
	case "newfile", "push":
		return map[bool]string{true: "rehearsal", false: "real"}[s.TrustRoot != ""]
	case "newvendor", "vendorsign", "lostvendor", "signer", "vendoranew":
		return e.vendorWay(s, name)
	case "lost":
		return lost(s, params)
	case "back":
		if params["acceptable"] != "" {
			return "accept"
		}
	}
	return e.requested(s, name, params)
}

// ofFiles is the way of steps that depend on which files there are, or are wanted.
func (e *Env) ofFiles(name string) string {
	switch {
	case name == "backup":
		return e.backup()
	case name == "look", name == "rejoin": // at what was pushed with
		return map[bool]string{true: "file", false: "stored"}[e.Given != ""]
	case name == "init" && e.configThere():
		return "" // damaged, perhaps; it is no less there
	case name == "init" && e.trustRoot != "":
		return "rehearsal"
	case name == "init":
		return "real"
	}
	if _, ok := e.Msg.Lookup("steps.source." + e.Wanted); ok {
		return e.Wanted
	}
	return "portal"
}

// registered is how a certificate that was looked at is registered, if it can be: by itself
// where its key is at hand, else with its key or without one. What only a root of the command
// line vouches for has no place in a file for Apple's certificates. A vendor's belongs into
// the file where its key is.
func (e *Env) registered(s *lifecycle.State, name string, params problem.Params) string {
	keyed, asked := params["keyed"]
	switch {
	case params["refused"] != "", name == "vendorimport" && asked && keyed == "":
		return ""
	case name == "vendorimport":
		return map[bool]string{true: "there", false: "start"}[e.atHand() != nil]
	case e.trustRoot != "" && s.TrustRoot == "" && e.atHand() != nil:
		return "apart"
	case keyed == "":
		return "alone"
	}
	return "keyed"
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
func (e *Env) vendorWay(s *lifecycle.State, name string) string {
	way, asVendor := s.Route("", e.Now()), strings.HasPrefix(e.Wanted, "vendor-") || len(s.Vendor.Pending) > 0
	switch name {
	case "newvendor":
		return map[bool]string{true: "expired"}[way == lifecycle.RouteVendor]
	case "signer":
		return map[bool]string{true: "there", false: "lacks"}[way == lifecycle.RouteSign && !asVendor]
	case "vendoranew":
		return map[bool]string{true: "own", false: "outside"}[way != lifecycle.RouteUnsigned || asVendor]
	}
	return map[bool]string{true: "sign"}[way != lifecycle.RouteUnsigned]
}

// lost is the way out of a file whose passphrase is lost.
func lost(s *lifecycle.State, params problem.Params) string {
	switch p := s.Profiles[params["profile"]]; {
	case params["certificate"] == "":
		return "none"
	case p.WatchedOnly():
		return string(lifecycle.RouteElsewhere)
	}
	return "kept"
}

// requested is how the profile gets its next request, and whether its topic has to be told.
// A vendor certificate that has expired comes first, see newvendor.
func (e *Env) requested(s *lifecycle.State, name string, params problem.Params) string {
	way := s.Route(params["profile"], e.Now())
	if way == lifecycle.RouteVendor {
		way = lifecycle.RouteSign
	}
	open, err := s.Unanswered(params["profile"])
	untold := name == "renew" && err == nil && open || name == "lostrequest" && params["certificate"] == ""
	if untold && params["topic"] != "" {
		return "new-" + string(way)
	}
	return string(way)
}

// has tells whether there is a profile that a command with this name would find.
func has(s *lifecycle.State, name string) bool {
	return s != nil && (s.Profiles[name] != nil || name == several && len(s.Profiles) > 0)
}

// configThere tells whether something is where the config file belongs.
func (e *Env) configThere() bool {
	store, err := e.Open()
	if err != nil {
		return false
	}
	_, err = os.Lstat(store.Path())
	return err == nil
}

// backup tells whether the version before may be put in the place of a damaged file.
func (e *Env) backup() string {
	if store, err := e.Open(); err == nil && store.BackupServes() {
		return "serves"
	}
	return "lacks"
}

// addressed gives the commands of a hint a profile and a file to name where a fault
// knows none.
func (e *Env) addressed(params problem.Params) problem.Params {
	complete := problem.Params{
		"file": cmp.Or(e.Given, "FILE"), "trust_root": e.trustRoot, "device_file": "TokenUpdate.plist",
	}
	if params["profile"] == "" { // to find it by topic may take a look at every certificate
		complete["profile"] = e.profileAtHand(params["topic"])
	}
	for name, value := range params {
		if value != "" || complete[name] == "" {
			complete[name] = value
		}
	}
	return complete
}

// leaving are the values of the way out of a file whose passphrase is lost: another file
// beside it, and a profile that has a certificate to take along, or at least a topic.
func (e *Env) leaving(name string) problem.Params {
	store, err := e.Open()
	s := e.atHand()
	if err != nil || s == nil {
		return nil
	}
	ending := filepath.Ext(store.Path())
	all := problem.Params{"new_config": strings.TrimSuffix(store.Path(), ending) + "-new" + ending}
	if e.ProfileName() == "" {
		for _, other := range slices.Backward(s.Names()) {
			if p := s.Profiles[other]; p != nil && p.Certificate != nil {
				name = other
			}
		}
	}
	p := s.Profiles[name]
	if p == nil {
		return all
	}
	all["profile"] = name
	if p.Certificate != nil {
		all["certificate"] = e.FileName(name) + "-kept.pem"
	} else if known, err := p.KnownTopic(name); err == nil {
		all["topic"] = known.Topic
	}
	return all
}

// several stands for a name where there are several, and only the person knows which.
const several = "NAME"

// profileAtHand is the profile that a command most likely means: the one that was named, the
// one that knows the topic, the only one, or the first to be made. With several it is left
// to the person.
func (e *Env) profileAtHand(topic string) string {
	s := e.atHand()
	switch {
	case e.ProfileName() != "":
		return e.ProfileName()
	case s == nil:
		return lifecycle.DefaultProfile
	}
	if name, ok := s.ProfileOf(topic); ok {
		return name
	}
	name, err := s.Choose("")
	if open, unread := s.Unanswered(name); err != nil || topic != "" && (unread != nil || !open) {
		return several // the only profile's topic is another one
	}
	return name
}

// atHand is what the config file says, for the words of a next step; nil where there is
// none that can be read. A pipe in its place is left alone: a hint is no reason to wait.
func (e *Env) atHand() *lifecycle.State {
	if e.loaded != nil || e.looked {
		return e.loaded
	}
	e.looked = true
	store, err := e.Open()
	if err != nil {
		return nil
	}
	if info, err := os.Stat(store.Path()); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	s, err := store.View(context.Background()) // also after an interrupt
	if err != nil {
		return nil
	}
	e.loaded = s
	return s
}
