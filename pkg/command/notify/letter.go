package notify

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/deliver"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/remind"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// letter is what people are told of one thing, in their language.
type letter struct {
	id, title, stops, next, footer string
	lang                           msg.Lang
	at                             time.Time
	facts                          []deliver.Fact
	told                           told
}

// told is what a webhook of kind json is told.
type told struct {
	Schema       string         `json:"schema"`
	Kind         lifecycle.Kind `json:"kind"`
	Profile      string         `json:"profile"`
	Name         string         `json:"name"`
	Organization string         `json:"organization"`
	Rung         int            `json:"rung"`
	DaysLeft     int            `json:"days_left"`
	NotAfter     string         `json:"not_after"`
	Topic        string         `json:"topic"`
	SerialHex    string         `json:"serial_hex"`
	SerialDec    string         `json:"serial_dec"`
	Vendor       string         `json:"vendor"`
	AppleAccount string         `json:"apple_account"`
	Remarks      string         `json:"remarks"`
	Title        string         `json:"title"`
	Text         string         `json:"text"`
}

// letter puts a notice into words.
func (o *options) letter(s *lifecycle.State, t *target, n remind.Notice) letter {
	words := *o.Env
	words.Msg = msg.Printer{Lang: t.lang}
	d := told{
		Schema: document.Schema, Kind: n.Kind, Profile: n.Profile, Name: name(n.Thing), Organization: t.organization, Rung: n.Rung,
		DaysLeft: n.DaysLeft,
	}
	if !n.End.IsZero() {
		d.NotAfter = problem.Time(n.End)
	}
	if c := n.Certificate; c != nil {
		d.Topic, d.SerialHex, d.SerialDec = c.Topic(), c.SerialHex(), c.SerialDec()
	}
	if p := s.Profiles[n.Profile]; p != nil {
		d.AppleAccount, d.Remarks = p.AppleAccount, p.Remarks
		if p.Certificate != nil {
			d.Vendor = p.Certificate.Vendor
		}
		if n.Certificate == nil && (n.Kind == lifecycle.KindRequest || n.Kind == lifecycle.KindPush) {
			if known, err := p.KnownTopic(n.Profile); err == nil {
				d.Topic = known.Topic
			}
			if n.Kind == lifecycle.KindPush {
				d.SerialHex = n.Serial
			}
		}
	}
	params := problem.Params{
		"profile": n.Profile, "name": d.Name, "days": strconv.Itoa(n.DaysLeft), "date": n.End.In(o.Now().Location()).Format(time.DateOnly),
		"topic": d.Topic, "since": n.Serial, "rung": strconv.Itoa(n.Rung),
	}
	kind := string(n.Kind)
	params["when"] = words.T("notify.when."+when(n), params)
	l := letter{
		id: strings.Join([]string{kind, n.Profile, n.Name, n.Serial, strconv.Itoa(n.Rung)}, "\x00"), lang: t.lang, at: o.Now(),
		title: words.T("notify.title."+kind, params), footer: words.T("notify.footer", params),
	}
	if f := n.Finding; f != nil {
		l.stops, l.next = words.Sentence(f.Key(), f.Params), words.Hint(f.Key(), f.Params)
	} else {
		next := kind
		if n.Kind == lifecycle.KindRequest {
			next = strings.TrimSuffix(kind+"-"+s.Signer(n.Profile, o.Now()), "-")
		}
		l.stops, l.next = words.T("notify.stops."+kind, params), words.T("notify.next."+next, params)
	}
	l.facts = facts(&words, d, n)
	d.Title, d.Text = l.title, l.text()
	l.told = d
	return l
}

// name is what a thing is called that has no profile.
func name(t remind.Thing) string {
	if t.Kind == lifecycle.KindVendor {
		return t.Certificate.Organization()
	}
	return t.Name
}

// when is the key of the words for how much time is left.
func when(n remind.Notice) string {
	switch {
	case n.Finding != nil:
		return string(n.Finding.Code)
	case n.Kind == lifecycle.KindRequest:
		return "out"
	case n.DaysLeft < 0:
		return "expired"
	case n.DaysLeft == 0:
		return "today"
	case n.DaysLeft == 1:
		return "tomorrow"
	}
	return "left"
}

// facts are the values by which a person finds the row at Apple's portal.
func facts(words *cli.Env, d told, n remind.Notice) []deliver.Fact {
	label := func(key string) string { return words.T("output.label."+key, nil) }
	all := []deliver.Fact{
		{Label: label("organization"), Value: d.Organization},
		{Label: words.T("notify.label.profile", nil), Value: d.Profile},
		{Label: label("name"), Value: d.Name},
	}
	if n.Kind != lifecycle.KindRequest && !n.End.IsZero() {
		all = append(
			all,
			deliver.Fact{Label: label("not-after"), Value: words.Stamp(n.End)},
			deliver.Fact{Label: label("days-left"), Value: words.Days(n.DaysLeft)},
		)
	}
	if n.Kind == lifecycle.KindPush || n.Kind == lifecycle.KindRequest {
		all = append(all, deliver.Fact{Label: label("topic"), Value: d.Topic})
	}
	if n.Certificate != nil {
		all = append(
			all,
			deliver.Fact{Label: label("uid"), Value: n.Certificate.UID()},
			deliver.Fact{Label: label("cn"), Value: n.Certificate.CN()},
			deliver.Fact{Label: label("serial-hex"), Value: d.SerialHex},
			deliver.Fact{Label: label("serial-dec"), Value: d.SerialDec},
		)
	}
	all = append(
		all,
		deliver.Fact{Label: label("vendor"), Value: d.Vendor},
		deliver.Fact{Label: label("apple-account"), Value: d.AppleAccount},
		deliver.Fact{Label: label("remarks"), Value: d.Remarks},
	)
	if n.Kind == lifecycle.KindPush {
		all = append(all, deliver.Fact{Label: words.T("notify.label.row", nil), Value: words.T("notify.row", problem.Params{
			"uid": d.Topic, "portal_date": page.PortalDate(n.End),
		})})
	}
	return present(all)
}

// present leaves out what has no value, and cleans what came from outside.
func present(all []deliver.Fact) []deliver.Fact {
	var some []deliver.Fact
	for _, f := range all {
		if f.Value = msg.Clean(f.Value); f.Value != "" {
			some = append(some, f)
		}
	}
	return some
}

// text is the letter as plain text.
func (l letter) text() string {
	width := 0
	for _, f := range l.facts {
		width = max(width, term.Width(f.Label))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", l.title)
	for _, f := range l.facts {
		fmt.Fprintf(&b, "%s  %s\n", term.Pad(f.Label, width), f.Value)
	}
	fmt.Fprintf(&b, "\n%s\n\n%s\n\n-- \n%s\n", l.stops, l.next, l.footer)
	return b.String()
}

// html is the letter as a page that needs nothing from elsewhere.
func (l letter) html() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><title>%s</title></head>\n", l.lang, html.EscapeString(l.title))
	fmt.Fprintf(&b, "<body style=\"font-family: sans-serif\">\n<h1 style=\"font-size: 1.2em\">%s</h1>\n<table cellpadding=\"4\">\n", html.EscapeString(l.title))
	for _, f := range l.facts {
		fmt.Fprintf(&b, "<tr><th align=\"left\" valign=\"top\" scope=\"row\">%s</th><td>%s</td></tr>\n", html.EscapeString(f.Label), html.EscapeString(f.Value))
	}
	fmt.Fprintf(&b, "</table>\n<p><strong>%s</strong></p>\n<pre style=\"white-space: pre-wrap\">%s</pre>\n", html.EscapeString(l.stops), html.EscapeString(l.next))
	fmt.Fprintf(&b, "<p><small>%s</small></p>\n</body></html>\n", html.EscapeString(l.footer))
	return b.String()
}

// mail is the letter to one person.
func (l letter) mail(from, to string) deliver.Message {
	return deliver.Message{From: from, To: to, Subject: l.title, Text: l.text(), HTML: l.html(), Language: string(l.lang), ID: l.id, Date: l.at}
}

// notice is the letter to a webhook.
func (l letter) notice() deliver.Notice {
	return deliver.Notice{ID: l.id, Title: l.title, Text: l.text(), Facts: l.facts, Fields: l.told}
}
