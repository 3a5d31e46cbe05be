package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

const calendarBegin = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//apnsctl//"

// Calendar writes two all-day entries for each row (RFC 5545): when to renew, which is the day
// on which it becomes critical, and when it expires. Their UIDs are those of the profile under any
// name, and their SEQUENCE rises with the certificate, so that a renewal moves them.
func (s Sheet) Calendar() string {
	c := calendar{}
	c.line("BEGIN:VCALENDAR")
	c.line("VERSION:2.0")
	c.line("PRODID:-//apnsctl//status//" + strings.ToUpper(s.Words.Lang()))
	c.line("CALSCALE:GREGORIAN")
	c.line("METHOD:PUBLISH")
	c.text("X-WR-CALNAME", s.Words.T("status.ics.calendar", nil))
	seen := map[[4]string]bool{}
	for _, r := range s.Rows {
		end := r.End()
		if end == nil || seen[r.identity()] { // a file that was named twice
			continue
		}
		seen[r.identity()] = true
		renew := end.AddDate(0, 0, -r.Policy.CriticalDays)
		s.entry(&c, r, "renew", renew)
		s.entry(&c, r, "expires", *end)
	}
	c.line("END:VCALENDAR")
	return c.String()
}

func (s Sheet) entry(c *calendar, r Row, which string, at time.Time) {
	day := at.In(s.Now.Location())
	end := *r.End()
	params := problem.Params{
		"name": s.Title(r), "not_after": s.Date(end) + " (" + problem.Time(end) + ")", "topic": r.Topic(), "account": r.Account,
		"profile": r.Profile, "serial": "",
	}
	if r.Certificate != nil {
		params["serial"] = r.Certificate.SerialHex()
	}
	c.line("BEGIN:VEVENT")
	c.line("UID:" + s.uid(r, which))
	c.line("DTSTAMP:" + s.Now.UTC().Format("20060102T150405Z"))
	c.line("SEQUENCE:" + strconv.FormatInt(max(r.Revision, lifecycle.RevisionOf(end)), 10))
	c.line("DTSTART;VALUE=DATE:" + day.Format("20060102"))
	c.line("DTEND;VALUE=DATE:" + day.AddDate(0, 0, 1).Format("20060102"))
	c.line("TRANSP:TRANSPARENT")
	c.line("CLASS:PRIVATE")
	c.text("SUMMARY", s.Words.T("status.ics."+which, params))
	c.text("DESCRIPTION", s.Words.T("status.ics."+s.about(r), params))
	c.line("END:VEVENT")
}

// about is the key of the text that describes an entry.
func (s Sheet) about(r Row) string {
	switch {
	case r.Profile != "" && r.Account != "":
		return "profile"
	case r.Profile != "":
		return "profile-unnoted"
	case r.Kind == lifecycle.KindVendor:
		return "vendor"
	}
	return "other"
}

// uid is the same for every certificate of a profile, under any name.
func (s Sheet) uid(r Row, which string) string {
	name := r.Name()
	switch {
	case r.File == "" && r.Kind == lifecycle.KindVendor:
		name = ""
	case r.Kind == lifecycle.KindServer: // which several profiles may be linked with
		name += "\x00" + r.Origin
	case r.Origin != "":
		name = r.Origin
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{s.Source, string(r.Kind), name}, "\x00")))
	return which + "-" + hex.EncodeToString(sum[:16]) + "@apnsctl"
}

// calendar are lines of a calendar.
type calendar struct{ strings.Builder }

// text writes a property whose value is a text.
func (c *calendar) text(name, value string) {
	c.line(name + ":" + strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r", "", "\n", `\n`).Replace(value))
}

// line writes a line, folded after 75 octets, never within a character (RFC 5545, 3.1).
func (c *calendar) line(s string) {
	const most = 75
	s = strings.ToValidUTF8(s, "\uFFFD")
	for room := most; len(s) > room; room = most - 1 {
		cut := room
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		c.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
	}
	c.WriteString(s + "\r\n")
}
