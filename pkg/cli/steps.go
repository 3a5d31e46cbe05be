package cli

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/nextstep"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/state"
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
		if name == "lost" || name == "shared" {
			maps.Copy(params, e.leaving())
		}
		rounds := e.situation().Rounds(name, params, e.FileName)
		for _, values := range rounds {
			key := "steps." + name + "." + e.way(name, values)
			if steps, ok := e.Msg.Lookup(key); ok {
				if e.Trace != nil {
					e.Trace(key, "")
				}
				lines = append(lines, nextstep.Numbered(e.stepped(steps, values), values, params))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// way is the key of the steps' words below their name.
func (e *Env) way(name string, params problem.Params) string {
	if name != "source" {
		return e.situation().Way(name, params)
	}
	if _, ok := e.Msg.Lookup("steps.source." + e.Wanted); ok {
		return e.Wanted
	}
	return "portal"
}

// situation is what next steps depend on.
func (e *Env) situation() nextstep.Situation {
	return nextstep.Situation{
		State: e.atHand(), Now: e.Now(), Named: e.ProfileName(), OwnRoot: e.trustRoot != "", GivenFile: e.Given != "", Many: e.Many, Wanted: e.Wanted,
		FileThere: e.ofStore((*state.Store).There), BackupServes: e.ofStore((*state.Store).BackupServes),
		Waits: func(p *lifecycle.Profile) bool { return signing.Waits(e.atHand(), p) },
	}
}

// ofStore asks the store of the config file, where there can be one.
func (e *Env) ofStore(ask func(*state.Store) bool) func() bool {
	return func() bool {
		store, err := e.Open()
		return err == nil && ask(store)
	}
}

// addressed gives the commands of a hint a profile and a file to name where a problem
// knows none.
func (e *Env) addressed(params problem.Params) problem.Params {
	complete := problem.Params{}
	if store, err := e.Open(); err == nil {
		complete = store.Places()
	}
	complete["file"], complete["trust_root"], complete["device_file"] = cmp.Or(e.Given, "FILE"), e.trustRoot, "TokenUpdate.plist"
	if params["profile"] == "" { // to find it by topic may take a look at every certificate
		complete["profile"] = e.situation().Profile(params["topic"])
	}
	for name, value := range params {
		if value != "" || complete[name] == "" {
			complete[name] = value
		}
	}
	return complete
}

// leaving are the values of another config file beside this one, whose passphrase is lost.
func (e *Env) leaving() problem.Params {
	store, err := e.Open()
	if err != nil || e.atHand() == nil {
		return nil
	}
	if len(e.loaded.Unread) > 0 { // every profile loses its key
		e.loaded, e.looked = nil, false
	}
	ending := filepath.Ext(store.Path())
	values := e.situation().Anew(strings.TrimSuffix(store.Path(), ending) + "-new" + ending)
	if s := e.atHand(); s != nil {
		values["recipients"] = signing.Listed(s.Sealing.Recipients)
	}
	return values
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
	e.loaded, _ = store.View(context.Background()) // also after an interrupt; nil where it cannot be read
	return e.loaded
}
