package request

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// PortalDueView are the cards of all profiles that are due.
type PortalDueView struct {
	Cards []PortalView `json:"cards"`
}

// allDue prints the list to read beside Apple's page: the rows of all profiles that are due.
func (o *portalOptions) allDue(ctx context.Context) error {
	if o.Global.Profile != "" {
		return problem.Say(problem.Usage, "exclusive", problem.Params{"flag": "--profile", "other": "--due"})
	}
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	terms, err := o.Terms(s, cli.TrustOptions{}, cli.ThresholdOptions{WarnDays: o.warnDays})
	if err != nil {
		return err
	}
	names, err := s.Due(terms)
	if err != nil {
		return err
	}
	views, err := o.cards(ctx, s, names, terms)
	if err != nil {
		return err
	}
	if len(views) > 0 {
		o.openPage(ctx, views[0].URL)
	}
	return o.Result(PortalDueView{views}, func(p *cli.Page) {
		p.Rehearsal = s.TrustRoot != ""
		writeDue(p, views, "portal.due")
	})
}

// cards are those of several profiles, by Apple Account: whoever signs in once does all of its
// rows.
func (o *portalOptions) cards(ctx context.Context, s *lifecycle.State, names []string, terms lifecycle.Terms) ([]PortalView, error) {
	address, err := o.address(ctx)
	if err != nil {
		return nil, err
	}
	views := []PortalView{}
	for _, name := range names {
		card, err := o.card(s, name, terms)
		if err != nil {
			return nil, err
		}
		views = append(views, o.view(card, address))
	}
	slices.SortStableFunc(views, func(a, b PortalView) int { return cmp.Compare(a.AppleAccount, b.AppleAccount) })
	return views, nil
}

// writeDue writes two lines a row, below the Apple Account that it belongs to.
func writeDue(p *cli.Page, views []PortalView, title string) {
	if len(views) == 0 {
		p.Say("csr.none-due", nil)
		return
	}
	p.Say(title, problem.Params{"count": strconv.Itoa(len(views)), "place": p.Portal(p.Rehearsal, cli.DefaultPortalURL, views[0].URL)})
	for i, v := range views {
		if i == 0 || v.AppleAccount != views[i-1].AppleAccount {
			p.Blank()
			account := v.AppleAccount
			if account == "" {
				account = p.Env.T("output.portal.due-no-account", nil)
			}
			p.Fields(page.Field{Label: "apple-account", Value: account})
		}
		p.Table([]string{p.Env.T("output.portal.press."+v.Press, nil), v.PortalDate, v.Profile, v.Request})
		if v.UID != "" {
			p.Indented(v.UID)
		}
	}
	p.Advise("portal.due-next", nil)
}

// indexHeader begins every index that apnsctl wrote.
const indexHeader = "file,profile,apple_account,press,uid,serial_hex,serial_dec,portal_date,note\n"

// index says which file of a folder of requests belongs to which account and row.
func index(views []PortalView, files map[string]string) ([]byte, error) {
	var text bytes.Buffer
	text.WriteString(indexHeader)
	w := csv.NewWriter(&text)
	for _, v := range views {
		row := []string{files[v.Profile], v.Profile, v.AppleAccount, v.Press, v.UID, v.SerialHex, v.SerialDec, v.PortalDate, v.Note}
		for i := range row {
			row[i] = harmless(row[i])
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return text.Bytes(), w.Error()
}

// harmless is a cell that no spreadsheet computes.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
