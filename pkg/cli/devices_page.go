package cli

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// auditHeading says what the devices are held against.
func (p *page) auditHeading(y *yardstick) {
	switch v := y.against; {
	case v == nil && y.compares():
		p.text(p.env.T("devices.heading.profiles", problem.Params{"count": strconv.Itoa(y.profiles)}))
	case v == nil:
		p.text(p.env.T("devices.heading.alone", nil))
	case v.Profile != "":
		p.text(p.env.T("devices.heading.profile", problem.Params{"profile": v.Profile, "topic": v.Topic}))
	case v.File != "":
		p.text(p.env.T("devices.heading.file", problem.Params{"file": v.File, "topic": v.Topic}))
	default:
		p.text(p.env.T("devices.heading.topic", problem.Params{"topic": v.Topic}))
	}
	p.blank()
}

// auditTable writes a line for each topic, and below it the profile that holds it. The
// topic comes last: it is what is copied, and wider than all else.
func (p *page) auditTable(y *yardstick, groups []judged) {
	words, digits := 0, 0
	for _, g := range groups {
		words = max(words, term.Width(p.hearing(g.hearing)))
		digits = max(digits, len(strconv.Itoa(g.Devices)))
	}
	for _, g := range groups {
		number := strconv.Itoa(g.Devices)
		start := ""
		if y.compares() {
			start = p.env.IO.Paint(hearingStyle(g.hearing), term.Pad(p.hearing(g.hearing), words)) + "  "
		}
		p.b.WriteString(start + strings.Repeat(" ", digits-len(number)) + number + "  " + term.Clean(topicName(g.Topic)) + "\n")
		if note := p.holder(y, g); note != "" {
			indent := digits + gap
			if y.compares() {
				indent += words + gap
			}
			p.b.WriteString(strings.Repeat(" ", indent) + term.Clean(note) + "\n")
		}
	}
}

// hearing names a state for a person.
func (p *page) hearing(h hearing) string {
	if h == notCompared {
		return ""
	}
	return p.env.T("devices.state."+string(h), nil)
}

func hearingStyle(h hearing) term.Style {
	return map[hearing]term.Style{heard: term.Green, silent: term.Red, unheardOf: term.Yellow}[h]
}

// holder names the profile of a topic where the heading does not.
func (p *page) holder(y *yardstick, g judged) string {
	switch {
	case g.profile != "" && (y.against == nil || y.against.Profile != g.profile):
		return p.env.T("devices.holder", problem.Params{"profile": g.profile})
	case y.against == nil && g.hearing == silent:
		return p.env.T("devices.no-holder", nil)
	}
	return ""
}

// auditAside says how many rows were not counted.
func (p *page) auditAside(a *deviceAudit) {
	if n := a.tally.Left(); n > 0 {
		p.blank()
		p.text(p.env.T("devices.left", problem.Params{"count": strconv.Itoa(n)}))
	}
}

// auditFindings writes the findings; of many about single files only the first.
func (p *page) auditFindings(findings []problem.Finding) {
	const most = 8
	if len(findings) == 0 {
		return
	}
	p.findings(findings[:min(len(findings), most)])
	if more := len(findings) - most; more > 0 {
		p.text(p.env.T("devices.more", problem.Params{"count": strconv.Itoa(more)}))
	}
	p.blank()
}

// auditVerdict is the last line: the answer.
func (p *page) auditVerdict(y *yardstick, groups []judged, worst problem.Severity) {
	key := "good"
	switch {
	case y.compares() && sumDevices(groups, unheardOf) == sumDevices(groups, ""):
		key = "untold"
	case worst == problem.Critical && y.against == nil:
		key = "no-profile"
	case worst == problem.Critical:
		key = "no"
	case !y.compares():
		key, worst = "alone", problem.Info
	case worst == problem.Warning:
		key = "warned"
	}
	topics := len(groups)
	if sumDevices(groups, unheardOf) > 0 {
		topics--
	}
	text := p.env.T("devices.verdict."+key, problem.Params{
		"devices": strconv.Itoa(sumDevices(groups, "")), "silent": strconv.Itoa(sumDevices(groups, silent)), "topics": strconv.Itoa(topics),
	})
	p.b.WriteString(p.env.IO.Paint(severityStyle(worst), term.Wrap(text, p.env.IO.Columns)) + "\n")
}
