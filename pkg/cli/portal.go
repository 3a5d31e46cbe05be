package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

type portalOptions struct {
	*Env
	open bool
}

// portalView is the card to read beside Apple's page.
type portalView struct {
	URL          string        `json:"url"`
	Profile      string        `json:"profile"`
	Press        string        `json:"press"` // renew or create
	AppleAccount string        `json:"apple_account"`
	Vendor       string        `json:"vendor"`
	UID          string        `json:"uid"`
	CN           string        `json:"cn"`
	SerialHex    string        `json:"serial_hex"`
	SerialDec    string        `json:"serial_dec"`
	NotAfter     *string       `json:"not_after"`
	PortalDate   string        `json:"portal_date"`
	DaysLeft     *int          `json:"days_left"`
	Request      string        `json:"request"`
	Note         string        `json:"note"`
	Findings     []findingView `json:"findings"`
}

func newPortal(env *Env, run runner[portalOptions]) *cobra.Command {
	o := &portalOptions{Env: env}
	c := command("portal [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runPortal)(ctx, o)
	})
	c.Flags().BoolVar(&o.open, "open", false, "")
	return c
}

func runPortal(ctx context.Context, o *portalOptions) error {
	s, err := o.state(ctx)
	if err != nil {
		return err
	}
	name, profile, err := o.profile(s)
	if err != nil {
		return err
	}
	set, err := o.settings(ctx, nil)
	if err != nil {
		return err
	}
	j, err := o.judge(ctx, s, trustOptions{}, thresholdOptions{})
	if err != nil {
		return err
	}
	item, err := s.ItemOf(name, j)
	if err != nil {
		return err
	}
	v := o.view(s, item, set.text(setPortalURL))
	if o.open {
		if err := o.browse(ctx, v.URL); err != nil {
			o.note("portal.not-opened", problem.Params{"url": v.URL})
		}
	}
	return o.result(v, func(p *page) { p.portal(v, item, profile, s.TrustRoot != "") })
}

func (o *portalOptions) view(s *lifecycle.State, item lifecycle.Item, url string) portalView {
	p := s.Profiles[item.Profile]
	v := portalView{
		URL: url, Profile: item.Profile, Press: "create", AppleAccount: p.AppleAccount,
		Note: o.noteText(item), Findings: o.findingViews(cardFindings(item.Findings)),
	}
	if p.Certificate != nil {
		v.Vendor = p.Certificate.Vendor
	}
	if n := len(p.Pending); n > 0 && p.Pending[n-1].VendorSerial != "" {
		v.Request = "PushCertificateRequest-" + fileName(item.Profile) + ".plist"
	}
	if p.ExpectTopic != "" { // it was made before apnsctl came, so its row is there
		v.Press, v.UID = "renew", p.ExpectTopic
	}
	if c := item.Certificate; c != nil {
		v.Press, v.UID, v.CN = "renew", c.UID(), c.CN()
		v.SerialHex, v.SerialDec = c.SerialHex(), c.SerialDec()
		v.NotAfter, v.PortalDate, v.DaysLeft = new(rfc3339(c.X509.NotAfter)), portalDate(c), new(c.DaysLeft(o.Now()))
	}
	return v
}

// cardFindings are those that matter at the portal: who signs in, and whether this is
// a rehearsal. A missing certificate is what one goes there for.
func cardFindings(all []problem.Finding) []problem.Finding {
	var found []problem.Finding
	for _, f := range all {
		switch f.Code {
		case problem.NoAppleAccount, problem.Simulated, problem.RequestStale, problem.Expired, problem.Revoked:
			found = append(found, f)
		}
	}
	return found
}

// noteText is what to paste into the portal's Notes box, so that next year's row can
// be told from its neighbours. It is not translated: the portal is one for all.
func (o *portalOptions) noteText(item lifecycle.Item) string {
	note := "apnsctl profile " + item.Profile + ", " + o.Now().UTC().Format("2006-01-02")
	if c := item.Certificate; c != nil {
		note += ", topic ..." + tail(c)
	}
	return note
}

// tail is the end of a topic, enough for an eye to compare.
func tail(c *pushcert.Certificate) string {
	topic := c.Topic()
	return topic[strings.LastIndex(topic, "-")+1:]
}

func (p *page) portal(v portalView, item lifecycle.Item, profile *lifecycle.Profile, rehearsal bool) {
	params := problem.Params{"profile": v.Profile, "uid": v.UID, "request": v.Request}
	days := ""
	if v.DaysLeft != nil {
		days = p.env.days(*v.DaysLeft)
	}
	p.say("portal.title", params)
	url := v.URL
	if rehearsal {
		p.say("portal.rehearsal", nil)
	}
	if rehearsal && url == defaultPortalURL { // nobody said where the simulator is
		url = ""
	}
	p.fields(field{label: "url", value: url}, field{label: "apple-account", value: v.AppleAccount, style: term.Bold})
	if v.UID != "" {
		p.blank()
		p.say("portal.row", nil)
		p.fields(
			field{label: "uid", value: v.UID, style: term.Bold},
			field{label: "cn", value: v.CN},
			field{label: "vendor", value: v.Vendor},
			field{label: "serial-hex", value: v.SerialHex},
			field{label: "serial-dec", value: v.SerialDec},
			field{label: "portal-date", value: v.PortalDate},
			field{label: "days-left", value: days},
		)
		p.say("portal.date-not-unique", nil)
	}
	p.blank()
	for i, step := range portalSteps(v.Press, profile) {
		p.numbered(i+1, p.env.T("output.portal."+step, params))
	}
	p.blank()
	p.fields(field{label: "note", value: v.Note})
	p.findings(cardFindings(item.Findings))
}

// portalSteps are what to do on Apple's page, in order. Which file to upload depends on
// who has the request.
func portalSteps(press string, profile *lifecycle.Profile) []string {
	upload := "upload"
	switch n := len(profile.Pending); {
	case n == 0 && profile.WatchedOnly():
		upload = "upload-elsewhere"
	case n == 0:
		upload = "upload-missing"
	case profile.Pending[n-1].VendorSerial == "":
		upload = "upload-vendor"
	}
	return []string{"sign-in", press, upload, "download", "import"}
}
