package request

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/report"
)

type portalOptions struct {
	*cli.Env
	open, due, copy bool
	warnDays        string
}

// PortalView is the card to read beside Apple's page.
type PortalView struct {
	URL          string `json:"url"`
	Profile      string `json:"profile"`
	Press        string `json:"press"` // renew, create, or ask
	AppleAccount string `json:"apple_account"`
	Vendor       string `json:"vendor"`
	UID          string `json:"uid"`
	CN           string `json:"cn"`
	report.Serials
	NotAfter   *string        `json:"not_after"`
	PortalDate string         `json:"portal_date"`
	DaysLeft   *int           `json:"days_left"`
	Rows       []PortalRow    `json:"rows"` // as the page lists them, see [rowsBeside]
	Request    string         `json:"request"`
	Note       string         `json:"note"`
	SetBy      string         `json:"set_by"` // who registered the certificate in the row, and when
	AcquiredOn string         `json:"acquired_on"`
	Remarks    string         `json:"remarks"`
	Findings   []problem.View `json:"findings"`
}

// NewPortal makes the command portal.
func NewPortal(env *cli.Env, run cli.Runner[portalOptions]) *cobra.Command {
	o := &portalOptions{Env: env}
	c := env.ProfileCommand("portal [NAME] [flags]", func(ctx context.Context) error {
		return run.Or(runPortal)(ctx, o)
	})
	f := c.Flags()
	f.BoolVar(&o.open, "open", false, "")
	f.BoolVar(&o.due, "due", false, "")
	f.BoolVar(&o.copy, "copy", false, "")
	f.StringVar(&o.warnDays, "warn-days", "", "DAYS")
	return c
}

func runPortal(ctx context.Context, o *portalOptions) error {
	if o.due {
		if o.copy {
			return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--copy", "other": "--due"})
		}
		return o.allDue(ctx)
	}
	if o.warnDays != "" {
		return problem.Say(problem.Usage, "flag-needs-flag", problem.Params{"flag": "--warn-days", "other": "--due"})
	}
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	name, _, err := o.Profile(s)
	if err != nil {
		return err
	}
	terms, err := o.Terms(s, cli.TrustOptions{}, cli.ThresholdOptions{})
	if err != nil {
		return err
	}
	address, err := o.address(ctx)
	if err != nil {
		return err
	}
	card, err := o.card(s, name, terms)
	if err != nil {
		return err
	}
	v := o.view(card, address)
	v.Rows = rowsBeside(s, name, o.Now())
	o.openPage(ctx, v.URL)
	if o.copy && !o.JSON() {
		return o.copyNote(v.Note)
	}
	return o.Result(v, func(p *cli.Page) { writeCard(p, v, card) })
}

// address is where the portal is.
func (o *portalOptions) address(ctx context.Context) (string, error) {
	set, err := o.Settings(ctx, nil)
	if err != nil {
		return "", err
	}
	return set.Portal()
}

// openPage opens the portal in the browser, where that is asked for.
func (o *portalOptions) openPage(ctx context.Context, url string) {
	if !o.open {
		return
	}
	if err := browse(ctx, o.Env, url); err != nil {
		o.Note("portal.not-opened", problem.Params{"url": url})
	}
}

// card is what the card of a profile is made of.
func (o *portalOptions) card(s *lifecycle.State, name string, terms lifecycle.Terms) (portalCard, error) {
	item, err := s.ItemOf(name, terms)
	if err != nil {
		return portalCard{}, err
	}
	profile := s.Profiles[name]
	known, err := profile.KnownTopic(name)
	card := portalCard{item: item, profile: profile, known: known, route: s.Route(name, o.Now()), rehearsal: s.TrustRoot != ""}
	card.enrolled = o.Enrolled != nil && *o.Enrolled
	if !s.Outlived(name, o.Now()) {
		card.requests = profile.Requests()
	}
	return card, err
}

// portalCard is what a card is made of.
type portalCard struct {
	item      lifecycle.Item
	profile   *lifecycle.Profile
	known     lifecycle.KnownTopic
	route     lifecycle.Route
	requests  []lifecycle.Pending // none where the newest is one that Apple takes no more
	rehearsal bool
	simulator bool // and it is known where the page of the simulator is
	enrolled  bool // devices are, as a person has answered in this walk
}

// The values of a card's "press". Which of the two buttons keeps the devices, only a topic
// or a person's word can tell.
const (
	pressRenew  = "renew"
	pressCreate = "create"
	pressAsk    = "ask"
)

func (c portalCard) press() string {
	switch {
	case c.known.Topic != "":
		return pressRenew
	case c.profile.First:
		return pressCreate
	}
	return pressAsk
}

// asking is the key of words about a topic that nobody has told, where devices may be enrolled, or are.
func (c portalCard) asking(key string) string {
	if c.enrolled {
		key += "-topic"
	}
	return key
}

func (o *portalOptions) view(c portalCard, url string) PortalView {
	item, p := c.item, c.profile
	v := PortalView{
		Rows: []PortalRow{}, URL: url, Profile: item.Profile, Press: c.press(), AppleAccount: p.AppleAccount, UID: c.known.Topic,
		Note: o.noteText(item.Profile, c.known.Topic), Findings: o.FindingViews(cardFindings(item.Findings)),
	}
	v.AcquiredOn, v.Remarks = p.AcquiredOn, p.Remarks
	if p.Certificate != nil {
		v.Vendor = p.Certificate.Vendor
		v.SetBy = report.SetBy(p.Certificate.ImportedBy, p.Certificate.ImportedAt, o.Now().Location())
	}
	if out := c.requests; len(out) > 0 && out[len(out)-1].VendorSerial != "" {
		v.Request = "PushCertificateRequest-" + o.FileName(item.Profile) + ".plist"
	}
	switch held := item.Certificate; {
	case held != nil:
		v.CN, v.Serials = held.CN(), report.NewCertificate(held, o.Now()).Serials
		v.ends(held.X509.NotAfter, o.Now())
	case c.known.Source == lifecycle.TopicRefused:
		v.CN, v.SerialHex = p.Refused.CN, p.Refused.SerialHex
		v.ends(p.Refused.NotAfter, o.Now())
	}
	return v
}

// ends fills in when the certificate in the row ends.
func (v *PortalView) ends(at, now time.Time) {
	ends := report.EndsAt(at, now)
	v.NotAfter, v.PortalDate, v.DaysLeft = ends.NotAfter, page.PortalDate(at), ends.DaysLeft
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
func (o *portalOptions) noteText(profile, topic string) string {
	note := "apnsctl profile " + profile + ", " + o.Now().UTC().Format("2006-01-02")
	if topic != "" {
		note += ", topic ..." + topic[strings.LastIndex(topic, "-")+1:]
	}
	return note
}
