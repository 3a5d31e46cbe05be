package profile

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

type historyOptions struct{ *cli.Env }

// HistoryView is the result of history in JSON.
type HistoryView struct {
	Events []EventView `json:"events"`
}

// EventView is one event in JSON. What an event does not have is empty, a time null.
type EventView struct {
	At           string  `json:"at"`
	By           string  `json:"by"`
	Action       string  `json:"action"`
	Profile      string  `json:"profile"`
	Topic        string  `json:"topic"`
	SerialHex    string  `json:"serial_hex"`
	NotAfter     *string `json:"not_after"`
	SHA256       string  `json:"sha256"`
	AppleAccount string  `json:"apple_account"`
	Vendor       string  `json:"vendor"`
	VendorSerial string  `json:"vendor_serial"`
	Detail       string  `json:"detail"`
}

// NewHistory makes the command history.
func NewHistory(env *cli.Env, run cli.Runner[historyOptions]) *cobra.Command {
	o := &historyOptions{env}
	return env.ProfileCommand("history [NAME] [flags]", func(ctx context.Context) error {
		return run.Or(runHistory)(ctx, o)
	})
}

// runHistory tells what happened to one profile, or to all of them.
func runHistory(ctx context.Context, o *historyOptions) error {
	s, err := o.StateOfProfile(ctx)
	if err != nil {
		return err
	}
	name := o.ProfileName()
	if name != "" {
		if name, _, err = o.Profile(s); err != nil {
			return err
		}
	}
	events := s.Happened(name)
	v := HistoryView{Events: []EventView{}}
	for _, h := range events {
		v.Events = append(v.Events, newEvent(h))
	}
	return o.Result(v, func(p *cli.Page) { writeHistory(p, events, name) })
}

func newEvent(h lifecycle.Happened) EventView {
	v := EventView{
		At: problem.Time(h.At), By: h.By, Action: string(h.Action), Profile: h.Profile, Topic: h.Topic, SerialHex: h.SerialHex,
		SHA256: h.SHA256, AppleAccount: h.AppleAccount, Vendor: h.Vendor, VendorSerial: h.VendorSerial, Detail: h.Detail,
	}
	if h.NotAfter != nil {
		v.NotAfter = new(problem.Time(*h.NotAfter))
	}
	return v
}

// writeHistory writes a line an event, and below it what is to be told apart by.
func writeHistory(p *cli.Page, events []lifecycle.Happened, name string) {
	if len(events) == 0 {
		p.Say("history.none", nil)
		return
	}
	words := make([]string, len(events))
	wide, names := 0, 0
	for i, h := range events {
		words[i] = p.Env.T("output.history.action."+string(h.Action), nil)
		wide = max(wide, term.Width(words[i]))
		names = max(names, term.Width(msg.Clean(h.Profile)))
	}
	for i, h := range events {
		line := h.At.In(p.Env.Now().Location()).Format("2006-01-02 15:04") + "  " + p.Env.IO.Paint(term.Bold, term.Pad(words[i], wide))
		if name == "" {
			line += "  " + term.Pad(msg.Clean(h.Profile), names)
		}
		if h.By != "" {
			line += "  " + msg.Clean(h.By)
		}
		p.B.WriteString(strings.TrimRight(line, " ") + "\n")
		if facts := eventFacts(p.Env, h); facts != "" {
			p.Indented(facts)
		}
	}
}

// eventFacts are what tells one event from its neighbours.
func eventFacts(e *cli.Env, h lifecycle.Happened) string {
	var facts []string
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, e.T("output.history."+key, problem.Params{"value": msg.Clean(value)}))
		}
	}
	add("detail."+string(h.Action), h.Detail)
	add("topic", h.Topic)
	add("serial", h.SerialHex)
	if h.NotAfter != nil {
		add("until", h.NotAfter.In(e.Now().Location()).Format(time.DateOnly))
	}
	add("account", h.AppleAccount)
	add("vendor", h.Vendor)
	return strings.Join(facts, e.T("output.history.join", nil))
}
