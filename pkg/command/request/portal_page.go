package request

import (
	"cmp"
	"encoding/base64"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// writeCard writes the card: who signs in, which row, what to press, in the order in which a
// person needs it beside Apple's page.
func writeCard(p *cli.Page, v PortalView, c portalCard) {
	params := problem.Params{"profile": v.Profile, "uid": v.UID, "request": v.Request, "topic": v.UID}
	p.Say("portal.title", params)
	url := v.URL
	switch {
	case c.rehearsal && url == cli.DefaultPortalURL: // nobody said where the simulator is
		url = ""
		p.Say("portal.rehearsal", params)
	case c.rehearsal:
		p.Say("portal.rehearsal-at", nil)
		c.simulator = true
	}
	p.Fields(page.Field{Label: "url", Value: url}, page.Field{Label: "apple-account", Value: v.AppleAccount, Style: term.Bold})
	if v.Press == pressAsk {
		p.Blank()
		p.Say("portal."+c.asking("ask"), params)
	}
	if v.UID != "" {
		writeRow(p, v, c)
	}
	p.Blank()
	for i, step := range portalSteps(v.Press, c, p.Env.Led) {
		p.Numbered(i+1, p.Env.T("output.portal."+step, params))
	}
	if c.simulator {
		writeUpload(p, v)
	}
	p.Blank()
	p.Fields(page.Field{Label: "note", Value: v.Note})
	if !c.simulator { // which has neither passwords nor endings
		p.Advise("portal.trouble", params)
	}
	p.Findings(cardFindings(c.item.Findings))
}

// writeUpload is how a rehearsal's request goes to the simulator without a browser.
func writeUpload(p *cli.Page, v PortalView) {
	key := map[string]string{pressRenew: "upload-renew", pressCreate: "upload-create"}[v.Press]
	if key == "" || v.Press == pressRenew && v.SerialHex == "" {
		return
	}
	p.Blank()
	p.Say("portal."+key, problem.Params{
		"request": msg.Quote(msg.Clean(cmp.Or(v.Request, "REQUEST"))), "serial": v.SerialHex,
		"portal": msg.Quote(msg.Clean(strings.TrimRight(v.URL, "/"))),
	})
}

// writeRow shows the row to renew, as the portal shows it.
func writeRow(p *cli.Page, v PortalView, c portalCard) {
	p.Blank()
	p.Say("portal.row."+string(c.known.Source), problem.Params{"profile": v.Profile})
	days := ""
	if v.DaysLeft != nil {
		days = p.Env.Days(*v.DaysLeft)
	}
	p.Fields(
		page.Field{Label: "uid", Value: v.UID, Style: term.Bold},
		page.Field{Label: "cn", Value: v.CN},
		page.Field{Label: "vendor", Value: v.Vendor},
		page.Field{Label: "serial-hex", Value: v.SerialHex},
		page.Field{Label: "serial-dec", Value: v.SerialDec},
		page.Field{Label: "portal-date", Value: v.PortalDate},
		page.Field{Label: "days-left", Value: days},
		page.Field{Label: "set-by", Value: v.SetBy},
		page.Field{Label: "acquired-on", Value: v.AcquiredOn},
		page.Field{Label: "remarks", Value: v.Remarks},
	)
	p.Say("portal.date-not-unique", nil)
	writeRows(p, v.Rows)
	for _, e := range c.profile.Earlier(v.UID) {
		key := "portal.earlier"
		if e.Undone {
			key = "portal.undone"
		}
		p.Blank()
		p.Say(key, problem.Params{
			"profile": v.Profile, "earlier_topic": e.Topic, "since": e.Since.UTC().Format(time.DateOnly), "until": e.Until.UTC().Format(time.DateOnly), "uid": v.UID,
		})
	}
}

// portalSteps are what to do on Apple's page, in order. Which file to upload depends on
// who has the request.
func portalSteps(press string, c portalCard, led bool) []string {
	signIn := "sign-in"
	switch {
	case c.simulator:
		signIn += "-simulator"
	case c.profile.AppleAccount != "":
	case press == pressCreate: // there is no certificate yet whose account could be meant
		signIn += "-first"
	default:
		signIn += "-unknown"
	}
	if press == pressAsk {
		press = c.asking("ask-press")
	}
	if press == pressCreate && c.simulator { // where no terms are
		press += "-simulator"
	}
	last := "import"
	if led {
		last = "come-back"
	}
	return []string{signIn, press, uploadStep(c), "download", last}
}

// uploadStep is how the request gets to the page: which file it is, or where it has to come from first.
func uploadStep(c portalCard) string {
	switch n := len(c.requests); {
	case n == 0 && c.route == lifecycle.RouteElsewhere:
		return "upload-elsewhere"
	case n == 0 && len(c.profile.Requests()) > 0:
		return "upload-outlived"
	case n == 0:
		return "upload-missing"
	case c.requests[n-1].VendorSerial != "":
		return "upload"
	case c.route == lifecycle.RouteService:
		return "upload-service"
	case c.route == lifecycle.RouteSign, c.route == lifecycle.RouteVendor:
		return "upload-here"
	}
	return "upload-vendor"
}

// copyNote puts the note alone into the clipboard, where a terminal does that for a program (OSC 52, which
// works through SSH too); in a pipe it is the output, for a program such as pbcopy.
func (o *portalOptions) copyNote(note string) error {
	if !o.IO.OutTTY {
		return o.WriteText(note + "\n")
	}
	sequence := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(note)) + "\a"
	o.Note("portal.copied", nil)
	return o.WriteText(sequence + note + "\n")
}
