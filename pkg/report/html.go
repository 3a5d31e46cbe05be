package report

import (
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

const htmlBegin = "<!DOCTYPE html>\n<!-- apnsctl status -->\n"

// HTML writes one page that needs nothing beside it and runs no script.
func (s Sheet) HTML() string {
	p := page{Sheet: s}
	p.WriteString(htmlBegin + `<html lang="` + s.Words.Lang() + `">` + "\n<head>\n<meta charset=\"utf-8\">\n")
	p.WriteString(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` + "\n")
	p.WriteString(`<meta name="viewport" content="width=device-width, initial-scale=1">` + "\n")
	p.WriteString(`<meta name="color-scheme" content="light dark">` + "\n")
	p.element("title", "", s.T("html.title"))
	p.WriteString("<style>" + htmlStyle + "</style>\n</head>\n<body>\n<header>\n")
	p.element("h1", "", s.T("html.title"))
	p.element("p", "verdict "+s.severity(), s.Verdict())
	p.element("p", "", s.Totals())
	p.element("p", "quiet", s.Words.T("status.html.as-of", problem.Params{"date": s.Now.Format("2006-01-02 15:04 -07:00")}))
	if s.Rehearsal {
		p.element("p", "note", s.Words.T("output.rehearsal", nil))
	}
	p.WriteString("</header>\n<main>\n")
	for _, f := range s.Findings {
		p.finding(f)
	}
	if len(s.Rows) > 0 {
		p.year()
		p.cards()
	}
	p.WriteString("</main>\n<footer>\n")
	p.element("p", "", s.Revocations())
	p.WriteString("</footer>\n</body>\n</html>\n")
	return p.String()
}

// T is a text of the status file.
func (s Sheet) T(key string) string { return s.Words.T("status."+key, nil) }

func (s Sheet) severity() string {
	switch s.Shown() {
	case problem.Critical:
		return "critical"
	case problem.Warning:
		return "warning"
	}
	return "ok"
}

// page writes HTML; every text goes through element or text.
type page struct {
	strings.Builder
	Sheet
}

func (p *page) element(tag, class, text string) {
	p.WriteString("<" + tag)
	if class != "" {
		p.WriteString(` class="` + class + `"`)
	}
	p.WriteString(">" + escape(text) + "</" + tag + ">\n")
}

// escape shows a text as it is; what a browser may not be told becomes U+FFFD.
func escape(text string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r >= 0x7F && r < 0xA0 || r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF {
			return 0xFFFD
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
}

// year is the time line: what is over, the months from this one to the same one next year, and
// what comes later, each with the rows that end in it.
func (p *page) year() {
	const months = 12
	p.WriteString("<section aria-labelledby=\"year\">\n")
	p.WriteString("<h2 id=\"year\">" + escape(p.T("html.year")) + "</h2>\n<ol class=\"year\">\n")
	byMonth := map[string][]int{}
	first := time.Date(p.Now.Year(), p.Now.Month(), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, months, 0).Format("2006-01")
	for i, r := range p.Rows {
		end := r.End()
		if end == nil {
			continue
		}
		month := p.Date(*end)[:len("2006-01")]
		switch {
		case *r.DaysLeft(p.Now) < 0:
			month = ""
		case month > last:
			month = "later"
		}
		byMonth[month] = append(byMonth[month], i)
	}
	if len(byMonth[""]) > 0 {
		p.month(p.T("html.over"), byMonth[""])
	}
	for n := range months + 1 {
		month := first.AddDate(0, n, 0).Format("2006-01")
		p.month(month, byMonth[month])
	}
	if len(byMonth["later"]) > 0 {
		p.month(p.T("html.later"), byMonth["later"])
	}
	p.WriteString("</ol>\n</section>\n")
}

func (p *page) month(title string, rows []int) {
	class := ""
	for _, i := range rows {
		if p.Rows[i].Condition() != lifecycle.ConditionOK {
			class = ` class="due"`
		}
	}
	p.WriteString("<li" + class + "><b>" + escape(title) + "</b>")
	if len(rows) > 0 {
		p.WriteString("<ul>\n")
		for _, i := range rows {
			r := p.Rows[i]
			p.WriteString(`<li><a class="` + string(r.Condition()) + `" href="#i` + strconv.Itoa(i) + `">` +
				escape(p.Date(*r.End())+" "+p.Title(r)) + "</a></li>\n")
		}
		p.WriteString("</ul>")
	}
	p.WriteString("</li>\n")
}

// cards show each row as the consoles do: expiry, days left, topic, account, set by.
func (p *page) cards() {
	p.WriteString("<section aria-labelledby=\"cards\">\n<h2 id=\"cards\">" + escape(p.T("html.cards")) + "</h2>\n<div class=\"cards\">\n")
	for i, r := range p.Rows {
		p.WriteString(`<article class="card" id="i` + strconv.Itoa(i) + `">` + "\n")
		p.element("h3", "", p.Title(r))
		p.element("p", "state "+string(r.Condition()), p.State(r))
		p.facts(r)
		for _, f := range Graves(r, p.Grading) {
			p.finding(f)
		}
		p.WriteString("</article>\n")
	}
	p.WriteString("</div>\n</section>\n")
}

func (p *page) facts(r Row) {
	serial, expiry, pending := "", "", ""
	if r.Certificate != nil {
		serial = r.Certificate.SerialHex()
	}
	if end := r.End(); end != nil {
		expiry = end.In(p.Now.Location()).Format("2006-01-02 15:04 -07:00")
	}
	if r.PendingDays != nil {
		pending = p.Words.T("output.status.pending", problem.Params{"days": strconv.Itoa(*r.PendingDays)})
	}
	topic := "topic"
	if r.Kind == lifecycle.KindVendor {
		topic = "uid"
	}
	var b strings.Builder
	for _, fact := range [][2]string{
		{"days-left", p.Left(r)},
		{"not-after", expiry},
		{topic, r.Topic()},
		{"apple-account", r.Account},
		{"set-by", r.SetBy(p.Now.Location())},
		{"vendor", r.Vendor},
		{"serial-hex", serial},
		{"pending", pending},
		{"acquired-on", r.AcquiredOn},
		{"remarks", r.Remarks},
	} {
		if fact[1] != "" {
			b.WriteString("<dt>" + escape(p.Words.T("output.label."+fact[0], nil)) + "</dt><dd>" + escape(p.Words.Clean(fact[1])) + "</dd>\n")
		}
	}
	if b.Len() > 0 {
		p.WriteString("<dl>\n" + b.String() + "</dl>\n")
	}
}

func (p *page) finding(f problem.Finding) {
	p.WriteString("<div class=\"found\">\n")
	p.element("p", "", p.Says(f))
	if hint := p.Words.Hint(f.Key(), f.Params); hint != "" {
		p.element("pre", "", hint)
	}
	p.WriteString("</div>\n")
}
