package report

import (
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

const csvHeader = "kind,profile,name,state,days_left,not_after,topic,serial_hex,apple_account,vendor,pending_days,imported_at,imported_by,acquired_on,remarks\n"

// CSV writes a line a row (RFC 4180).
func (s Sheet) CSV() string {
	var b strings.Builder
	b.WriteString(csvHeader)
	w := csv.NewWriter(&b)
	for _, r := range s.Rows {
		v := r.Status(s.Now, silent{})
		name, vendor, imported := r.Name(), r.Vendor, ""
		switch {
		case r.File != "", r.Kind == lifecycle.KindServer:
		case r.Kind == lifecycle.KindVendor:
			name, vendor = "", r.Name()
		case r.Token == nil:
			name = ""
		}
		if !r.ImportedAt.IsZero() {
			imported = problem.Time(r.ImportedAt)
		}
		cells := []string{
			string(v.Kind), v.Profile, name, string(v.State), number(v.DaysLeft), text(v.NotAfter), v.Topic, v.SerialHex, v.AppleAccount,
			vendor, number(v.PendingDays), imported, r.ImportedBy, r.AcquiredOn, r.Remarks,
		}
		for i, cell := range cells {
			if i != daysLeftColumn { // a number below zero is none that is computed
				cells[i] = s.cell(cell)
			}
		}
		_ = w.Write(cells) // a builder takes everything
	}
	w.Flush()
	return b.String()
}

const daysLeftColumn = 4

// cell keeps a spreadsheet from taking a text for a formula: it is quoted with ', as are those
// that begin with a full-width sign, which some take for the same.
func (s Sheet) cell(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = s.Words.Clean(line)
	}
	clean := strings.Join(lines, "\n")
	for _, first := range []string{text, strings.TrimLeft(clean, " \n")} {
		if first != "" && strings.ContainsAny(first[:1], "=+-@\t\r") || strings.ContainsAny(firstRune(first), "＝＋－＠") {
			return "'" + clean
		}
	}
	return clean
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// silent has no words, for facts alone.
type silent struct{}

// Sentence implements [problem.Words].
func (silent) Sentence(string, problem.Params) string { return "" }

// Hint implements [problem.Words].
func (silent) Hint(string, problem.Params) string { return "" }
