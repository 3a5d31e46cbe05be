package devices

import (
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// writeHeading says what the devices are compared with.
func writeHeading(p *cli.Page, y *yardstick) {
	switch v := y.against; {
	case v == nil && y.Compares():
		p.Text(p.Env.T("devices.heading.profiles", problem.Params{"count": strconv.Itoa(y.profiles)}))
	case v == nil:
		p.Text(p.Env.T("devices.heading.alone", nil))
	case v.Profile != "":
		p.Text(p.Env.T("devices.heading.profile", problem.Params{"profile": v.Profile, "topic": v.Topic}))
	case v.File != "":
		p.Text(p.Env.T("devices.heading.file", problem.Params{"file": v.File, "topic": v.Topic}))
	default:
		p.Text(p.Env.T("devices.heading.topic", problem.Params{"topic": v.Topic}))
	}
	p.Blank()
}

// writeTable writes a line for each topic, and below it the profile that holds it. The
// topic comes last: it is what is copied, and wider than all else.
func writeTable(p *cli.Page, against *AgainstView, c devices.Comparison) {
	words, digits := 0, 0
	for _, g := range c.Groups {
		words = max(words, term.Width(stateText(p, g.State)))
		digits = max(digits, len(strconv.Itoa(g.Devices)))
	}
	for _, g := range c.Groups {
		number := strconv.Itoa(g.Devices)
		start := ""
		if c.Yardstick.Compares() {
			start = p.Env.IO.Paint(stateStyle(g.State), term.Pad(stateText(p, g.State), words)) + "  "
		}
		p.B.WriteString(start + strings.Repeat(" ", digits-len(number)) + number + "  " + msg.Clean(topicName(g.Topic)) + "\n")
		if note := holderText(p, against, g); note != "" {
			indent := digits + page.Gap
			if c.Yardstick.Compares() {
				indent += words + page.Gap
			}
			p.B.WriteString(strings.Repeat(" ", indent) + term.Clean(note) + "\n")
		}
	}
}

// stateText names a state for a person.
func stateText(p *cli.Page, s devices.State) string {
	if s == devices.NotCompared {
		return ""
	}
	return p.Env.T("devices.state."+string(s), nil)
}

func stateStyle(s devices.State) term.Style {
	return map[devices.State]term.Style{devices.Heard: term.Green, devices.Silent: term.Red, devices.Unknown: term.Yellow}[s]
}

// holderText names the profile of a topic where the heading does not.
func holderText(p *cli.Page, against *AgainstView, g devices.Compared) string {
	switch {
	case g.Profile != "" && (against == nil || against.Profile != g.Profile):
		return p.Env.T("devices.holder", problem.Params{"profile": g.Profile})
	case against == nil && g.State == devices.Silent:
		return p.Env.T("devices.no-holder", nil)
	}
	return ""
}

// writeAside says how many rows were not counted.
func writeAside(p *cli.Page, a *deviceAudit) {
	if n := a.tally.Left(); n > 0 {
		p.Blank()
		p.Text(p.Env.T("devices.left", problem.Params{"count": strconv.Itoa(n)}))
	}
}

// writeFindings writes the findings; of many about single files only the first.
func writeFindings(p *cli.Page, findings []problem.Finding) {
	const most = 8
	if len(findings) == 0 {
		return
	}
	p.Findings(findings[:min(len(findings), most)])
	if more := len(findings) - most; more > 0 {
		p.Text(p.Env.T("devices.more", problem.Params{"count": strconv.Itoa(more)}))
	}
	p.Blank()
}

// writeVerdict is the last line: the answer.
func writeVerdict(p *cli.Page, c devices.Comparison, worst problem.Severity) {
	key, unknown, topics := "good", c.Devices(devices.Unknown), len(c.Groups)
	switch {
	case c.Yardstick.Compares() && unknown == c.Devices(""):
		key = "untold"
	case worst == problem.Critical && c.Yardstick.Topic == "":
		key = "no-profile"
	case worst == problem.Critical:
		key = "no"
	case !c.Yardstick.Compares():
		key, worst = "alone", problem.Info
	case worst == problem.Warning:
		key = "warned"
	}
	if unknown > 0 {
		topics--
	}
	text := p.Env.T("devices.verdict."+key, problem.Params{
		"devices": strconv.Itoa(c.Devices("")), "silent": strconv.Itoa(c.Devices(devices.Silent)), "topics": strconv.Itoa(topics),
	})
	p.B.WriteString(p.Env.IO.Paint(page.SeverityStyle(worst), term.Wrap(text, p.Env.IO.Columns)) + "\n")
}
