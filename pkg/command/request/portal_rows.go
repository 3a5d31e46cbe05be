package request

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// PortalRow is one row of the list at Apple's page, as far as this file knows it.
type PortalRow struct {
	Profile    string `json:"profile"`
	Press      bool   `json:"press"` // this is the row
	Vendor     string `json:"vendor"`
	PortalDate string `json:"portal_date"`
	Status     string `json:"status"` // the page's word: Active or Expired
	UID        string `json:"uid"`

	ends time.Time
}

// mostRows is how many rows beside the one to press are shown, and mostAlike how many are looked at:
// those that end nearest to it are the ones that are taken for it.
const (
	mostRows  = 4
	mostAlike = 200
)

// rowsBeside are the rows that the Apple Account of a profile shows: the one to press, and those of
// other profiles that end about the same time, in the order of their end. None where the row itself
// is not known.
func rowsBeside(s *lifecycle.State, name string, now time.Time) []PortalRow {
	own, ok := rowOf(s, name, now)
	if !ok {
		return []PortalRow{}
	}
	own.Press = true
	account := s.Profiles[name].AppleAccount
	var rows []PortalRow
	for _, other := range s.Names() {
		p := s.Profiles[other]
		if other == name || p == nil || account != "" && p.AppleAccount != "" && p.AppleAccount != account || len(rows) == mostAlike {
			continue
		}
		if row, ok := rowOf(s, other, now); ok {
			rows = append(rows, row)
		}
	}
	away := func(r PortalRow) time.Duration { return r.ends.Sub(own.ends).Abs() }
	slices.SortStableFunc(rows, func(a, b PortalRow) int { return int(away(a).Hours()) - int(away(b).Hours()) })
	rows = append(rows[:min(len(rows), mostRows)], own)
	slices.SortStableFunc(rows, func(a, b PortalRow) int { return a.ends.Compare(b.ends) })
	return rows
}

// rowOf is the row of a profile's certificate.
func rowOf(s *lifecycle.State, name string, now time.Time) (r PortalRow, ok bool) {
	p := s.Profiles[name]
	leaf, err := p.Leaf(name)
	if err != nil || leaf == nil {
		return r, false
	}
	r = PortalRow{
		Profile: name, Vendor: p.Certificate.Vendor, PortalDate: page.PortalDate(leaf.X509.NotAfter), Status: "Active",
		UID: leaf.Topic(), ends: leaf.X509.NotAfter,
	}
	if now.After(leaf.X509.NotAfter) {
		r.Status = "Expired"
	}
	return r, true
}

// writeRows draws the list as the page shows it. Its headings are the page's, which is in English;
// the UID stands in a row's details there.
func writeRows(p *cli.Page, rows []PortalRow) {
	if len(rows) == 0 {
		return
	}
	p.Blank()
	key := "portal.rows-alone"
	if len(rows) > 1 {
		key = "portal.rows"
	}
	p.Say(key, nil)
	table := [][]string{{"", "Vendor", "Expiration Date", "Status", "Actions", "(i) UID=", ""}}
	for _, r := range rows {
		table = append(table, r.cells())
	}
	widths := columnWidths(table)
	for i, cells := range table {
		line := drawn(cells, widths)
		if i > 0 && rows[i-1].Press {
			line = p.Env.IO.Paint(term.Bold, line)
		}
		p.B.WriteString(line + "\n")
	}
}

// cells are what a row shows, column by column.
func (r PortalRow) cells() []string {
	mark, button := "", ""
	if r.Press {
		mark, button = ">", "[Renew]"
	}
	vendor, uid := cmp.Or(cut(r.Vendor, 18), "?"), r.UID
	if len(uid) > 8 {
		uid = "..." + uid[len(uid)-8:]
	}
	return []string{mark, vendor, r.PortalDate, r.Status, button, uid, cut(r.Profile, 12)}
}

// columnWidths are how wide the widest cell of each column is.
func columnWidths(table [][]string) []int {
	widths := make([]int, len(table[0]))
	for _, cells := range table {
		for column, cell := range cells {
			widths[column] = max(widths[column], term.Width(cell))
		}
	}
	return widths
}

// drawn is a row with lines between its columns, but for the mark before it and the profile after it.
func drawn(cells []string, widths []int) string {
	var line strings.Builder
	for column, cell := range cells {
		line.WriteString(term.Pad(cell, widths[column]+page.Gap-1))
		if column > 0 && column < len(cells)-2 {
			line.WriteString("| ")
		}
	}
	return strings.TrimRight(line.String(), " ")
}

// cut shortens a name to some columns.
func cut(name string, columns int) string {
	name = msg.Clean(name)
	if term.Width(name) <= columns {
		return name
	}
	for term.Width(name) > columns-3 {
		letters := []rune(name)
		name = string(letters[:len(letters)-1])
	}
	return name + "..."
}
