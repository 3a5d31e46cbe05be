package watch_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// hostile adds what people and certificates can call things to a fleet.
func hostile(s *lifecycle.State) {
	s.Tokens = []lifecycle.Token{
		{Kind: lifecycle.KindADEToken, Name: `School "A", 東京; |x=1`, NotAfter: fleetNow().AddDate(0, 0, 20), ImportedAt: fleetNow()},
		{Kind: lifecycle.KindContentToken, Name: "<b>'&amp;\\n", NotAfter: fleetNow().AddDate(0, 0, 300), ImportedAt: fleetNow()},
	}
	first := s.Profiles["customer-00000"]
	delete(s.Profiles, "customer-00000")
	first.AppleAccount, first.Remarks, first.AcquiredOn = "=1+1", "一行目\n=HYPERLINK(\"x\")", "2026-01-31"
	s.Profiles["-2+3 ::error::%0A 顧客 <script>alert(1)</script> ]]> 'x'|=;,\\"] = first
	s.Profiles["waiting"] = &lifecycle.Profile{ExpectTopic: "com.apple.mgmt.External.x", Pending: []lifecycle.Pending{{
		Key: lifecycle.Key{Public: "cHVibGlj", Sealed: "-----BEGIN AGE ENCRYPTED FILE-----\n-----END AGE ENCRYPTED FILE-----\n", CreatedAt: fleetNow()}, CSR: block([]byte("csr")), CreatedAt: fleetNow().AddDate(0, 0, -9),
	}}}
}

func hostileFleet(t *testing.T) string {
	t.Helper()
	return fleet(t, 40, mixed, hostile)
}

// printed is what status prints in a form.
func printed(t *testing.T, config, lang string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if status := run(t, &out, config, lang, append([]string{"status"}, args...)...); status == 1 || out.Len() == 0 {
		t.Fatalf("status %d, %d bytes", status, out.Len())
	}
	return out.String()
}

// foreign runs a foreign program on an input; false where it is not installed, which in CI is a
// failure. A Python may be there twice, and have what is needed once.
func foreign(t *testing.T, input string, programs []string, args ...string) (string, bool) {
	t.Helper()
	for _, program := range programs {
		path, err := exec.LookPath(program)
		if err != nil {
			continue
		}
		c := exec.CommandContext(t.Context(), path, args...)
		c.Stdin = strings.NewReader(input)
		out, err := c.CombinedOutput()
		if strings.Contains(string(out), "ModuleNotFoundError") {
			continue
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", program, err, out)
		}
		return string(out), true
	}
	depth.Missing(t, programs...)
	return "", false
}

func python() []string { return []string{"/usr/bin/python3", "python3"} }

func TestPrometheusReadsTheMetrics(t *testing.T) {
	t.Parallel()
	text := printed(t, hostileFleet(t), "en", "-o", "prometheus")
	if out, ok := foreign(t, text, []string{"promtool"}, "check", "metrics"); ok && out != "" {
		t.Error(out)
	}
	series := map[string]bool{}
	for line := range strings.Lines(text) {
		name := line[:strings.LastIndex(line, " ")]
		if series[name] {
			t.Errorf("twice: %s", name)
		}
		series[name] = !strings.HasPrefix(name, "#")
	}
	if n := strings.Count(text, "apnsctl_state{"); n != 43*5 {
		t.Errorf("%d states of 43 items", n)
	}
}

// The grammar of https://www.monitoring-plugins.org/doc/guidelines.html, section 2.6.
func TestThePluginsLine(t *testing.T) {
	first, rest, _ := strings.Cut(printed(t, hostileFleet(t), "ja", "-o", "nagios"), "\n")
	text, perfdata, _ := strings.Cut(first, "|")
	one := `'(?:[^'=|]|'')+'=(?:-?\d+|U);\d+:;\d+:;;`
	if !regexp.MustCompile(`^APNS CRITICAL - `).MatchString(text) || !regexp.MustCompile(`^`+one+`(?: `+one+`)*$`).MatchString(perfdata) {
		t.Error(first)
	}
	if n := len(regexp.MustCompile(one).FindAllString(perfdata, -1)); n != 43 {
		t.Errorf("%d values of 43 items", n)
	}
	if strings.Contains(rest, "|") || strings.Count(rest, "\n") != 43 {
		t.Error(rest)
	}
}

func TestGitHubReadsNoCommandOfOthers(t *testing.T) {
	for line := range strings.Lines(printed(t, hostileFleet(t), "en", "-o", "github")) {
		ok := regexp.MustCompile(`^::(error|warning) title=[^:,]+::[^\r]*\n$`).MatchString(line) || regexp.MustCompile(`^43 watched: `).MatchString(line)
		if !ok {
			t.Errorf("%q", line)
		}
	}
}

func TestSpreadsheetsReadTheTable(t *testing.T) {
	text := printed(t, hostileFleet(t), "en", "-o", "csv")
	out, ok := foreign(t, text, python(), "-c", `
import csv, sys, json
rows = list(csv.DictReader(sys.stdin))
bad = [c for r in rows for k, c in r.items() if c[:1] in "=+-@\t\r" and c and k != "days_left"]
print(json.dumps({"rows": len(rows), "bad": bad, "remarks": [r["remarks"] for r in rows if r["remarks"]], "days": sum(int(r["days_left"] or 0) < 0 for r in rows)}))`)
	if want := `{"rows": 43, "bad": [], "remarks": ["\u4e00\u884c\u76ee\n=HYPERLINK(\"x\")"], "days": 1}`; ok && strings.TrimSpace(out) != want {
		t.Errorf("got %s, want %s", out, want)
	}
}

func TestXMLReadersReadTheSuite(t *testing.T) {
	text := printed(t, hostileFleet(t), "en", "-o", "junit")
	out, ok := foreign(t, text, python(), "-c", `
import sys, xml.etree.ElementTree as e
suites = list(e.fromstring(sys.stdin.buffer.read()).iter("testsuite"))
cases = list(suites[0].iter("testcase"))
assert len(suites) == 1 and int(suites[0].get("tests")) == len(cases)
assert int(suites[0].get("failures")) == sum(c.find("failure") is not None for c in cases)
print(len(cases), suites[0].get("failures"))`)
	if ok && strings.TrimSpace(out) != "43 9" {
		t.Errorf("%s", out)
	}
}

// A renewal moves the entries of a profile, and makes no others.
func TestCalendarsFollowARenewal(t *testing.T) {
	t.Parallel()
	config, renewed := hostileFleet(t), fleet(t, 40, func(i int) int { return mixed(i) + 360 }, hostile)
	entries := func(text string) map[string][2]string {
		t.Helper()
		found := map[string][2]string{}
		for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n ", ""), "BEGIN:VEVENT") {
			fields := map[string]string{}
			for line := range strings.SplitSeq(part, "\r\n") {
				name, value, _ := strings.Cut(line, ":")
				fields[name] = value
			}
			if uid := fields["UID"]; uid != "" {
				found[uid] = [2]string{fields["SEQUENCE"], fields["DTSTART;VALUE=DATE"]}
			}
		}
		return found
	}
	before, after := printed(t, config, "ja", "-o", "ics"), printed(t, renewed, "ja", "-o", "ics")
	old, now := entries(before), entries(after)
	moved := 0
	for uid, entry := range old {
		if now[uid][0] > entry[0] && now[uid][1] > entry[1] {
			moved++
		}
	}
	if len(old) != 84 || len(now) != 84 || moved != 80 { // those of the tokens stay
		t.Errorf("%d and %d entries, %d moved", len(old), len(now), moved)
	}
	for line := range strings.SplitSeq(before, "\n") {
		if line != "" && (!strings.HasSuffix(line, "\r") || len(line) > 76) {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
	for reader, code := range map[string]string{
		"icalendar": `
import sys, icalendar
events = icalendar.Calendar.from_ical(sys.stdin.buffer.read()).walk("VEVENT")
print(len(events), len({str(e["UID"]) for e in events}), sum("顧客 <script>" in str(e["SUMMARY"]) for e in events))`,
		"vobject": `
import sys, vobject
events = vobject.readOne(sys.stdin.buffer.read().decode()).vevent_list
print(len(events), len({e.uid.value for e in events}), sum("顧客 <script>" in e.summary.value for e in events))`,
	} {
		if out, ok := foreign(t, before, python(), "-c", code); ok && strings.TrimSpace(out) != "84 84 2" {
			t.Errorf("%s: %s", reader, out)
		}
	}
}

func TestThePageIsValid(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "ja"} {
		text := printed(t, hostileFleet(t), lang, "-o", "html")
		if strings.Contains(text, "<script") || !strings.Contains(text, "&lt;script&gt;") || !strings.Contains(text, `<html lang="`+lang+`">`) {
			t.Error("the page is not as it should be")
		}
		if out, ok := foreign(t, text, python(), "-c", `
import sys, html5lib
p = html5lib.HTMLParser(strict=True)
d = p.parse(sys.stdin.buffer.read())
ids = [e.get("id") for e in d.iter() if e.get("id")]
links = [e.get("href")[1:] for e in d.iter() if e.get("href")]
assert len(ids) == len(set(ids)) and all(l in ids for l in links)
print(len(ids), len(links))`); ok && strings.TrimSpace(out) != "45 42" {
			t.Error(out)
		}
	}
}

// Ten lines at most stand around the rows of a long table, whatever there is to say, and no
// line is wider than its terminal.
func TestALongTableEndsOnTheScreen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		days  func(int) int
		other func(*lifecycle.State)
	}{
		"all is well":     {func(i int) int { return 61 + i }, nil},
		"a usual mixture": {mixed, nil},
		"all are due":     {func(int) int { return 5 }, nil},
		"nothing is noted": {mixed, func(s *lifecycle.State) {
			for n, p := range s.Profiles {
				p.AppleAccount = ""
				if strings.HasSuffix(n, "4") {
					p.Certificate = nil
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			rows := depth.Of(300, 100)
			config := fleet(t, rows, c.days, c.other)
			for _, lang := range []string{"en", "ja"} {
				for _, args := range [][]string{{}, {"-v"}, {"--fail-on", "expired"}, {"-q"}} {
					text := printed(t, config, lang, args...)
					if n := strings.Count(text, "\n"); n > rows+10 {
						t.Errorf("%s %s: %d lines", lang, args, n)
					}
					for line := range strings.Lines(text) {
						if w := term.Width(strings.TrimSuffix(line, "\n")); w > 80 {
							t.Errorf("%s %s: %d columns: %s", lang, args, w, line)
						}
					}
				}
			}
		})
	}
}

func TestTheMostUrgentIsFirst(t *testing.T) {
	var document struct {
		Result struct {
			Items []struct {
				Profile, State string
				DaysLeft       *int `json:"days_left"`
			}
		}
	}
	if err := json.Unmarshal([]byte(printed(t, fleet(t, 60, mixed, nil), "en", "-o", "json")), &document); err != nil {
		t.Fatal(err)
	}
	before := -1000
	order := map[string]int{"expired": 0, "critical": 1, "warning": 2, "ok": 3}
	for _, item := range document.Result.Items {
		at := order[item.State]*1000 + *item.DaysLeft
		if at < before {
			t.Errorf("%s (%s, %d days) comes late", item.Profile, item.State, *item.DaysLeft)
		}
		before = at
	}
	if len(document.Result.Items) != 60 {
		t.Fatal(len(document.Result.Items))
	}
}
