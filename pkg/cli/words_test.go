package cli

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

func TestScan(t *testing.T) {
	for _, row := range []struct{ name, args, want string }{
		{"absent", "status", ""},
		{"long, apart", "status --output json", "json"},
		{"long, joined", "status --output=json", "json"},
		{"short, apart", "status -o json", "json"},
		{"short, joined", "status -ojson", "json"},
		{"short, with an equals sign", "status -o=json", "json"},
		{"the last one counts", "-o json status -o text", "text"},
		{"without its value", "status -o", ""},
		{"behind the end of flags", "inspect -- -o json", ""},
		{"a longer flag of the same beginning", "csr --output-folder json", ""},
		{"empty", "status --output=", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := scan(strings.Fields(row.args), "output", "o"); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
	if got := scan([]string{"-l", "x", "--lang", "ja"}, "lang", ""); got != "ja" {
		t.Errorf("a flag without short form: %q", got)
	}
}

func TestFileName(t *testing.T) {
	for _, row := range []struct{ profile, want string }{
		{"acme", "acme"},
		{"本社 (東京)", "本社 (東京)"},
		{"a/b\\c", "a_b_c"},
		{"../../etc/passwd", ".._.._etc_passwd"},
		{`C:*?"<>|`, "C_______"},
		{"line\nbreak\x00", "line_break_"},
		{"acme.example", "acme.example"},
	} {
		if got := fileName(row.profile); got != row.want {
			t.Errorf("%q: %q, want %q", row.profile, got, row.want)
		}
	}
}

func TestPortalDateIsUTCAsAppleShowsIt(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	for _, row := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2027, time.February, 21, 12, 0, 0, 0, time.UTC), "Feb 21, 2027"},
		{time.Date(2027, time.March, 1, 8, 59, 59, 0, tokyo), "Feb 28, 2027"},
		{time.Date(2027, time.March, 1, 9, 0, 0, 0, tokyo), "Mar 1, 2027"},
	} {
		c := &pushcert.Certificate{X509: &x509.Certificate{NotAfter: row.at}}
		if got := portalDate(c); got != row.want {
			t.Errorf("%v: %q, want %q", row.at, got, row.want)
		}
	}
}

func TestQuotedAsAShellNeedsIt(t *testing.T) {
	got := quoted([]string{"csr", "--organization", "Example School", "a$b", "x*"})
	want := []string{"csr", "--organization", "'Example School'", "'a$b'", "'x*'"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTrimNewlineTakesOneLineEnd(t *testing.T) {
	for given, want := range map[string]string{"a": "a", "a\n": "a", "a\r\n": "a", "a\n\n": "a\n", " a ": " a ", "\n": "", "": ""} {
		if got := string(trimNewline([]byte(given))); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

// A bare value is one line of what a terminal shows and never obeys.
func TestFieldIsOneHarmlessLine(t *testing.T) {
	o := &inspectOptions{Env: testEnv(msg.English), field: "cn"}
	got := o.report(inspected{view: inspectView{Subject: subjectView{CN: "a\x1b]0;x\x07b\nc\td"}}}).text
	if want := "a\ufffd]0;x\ufffdb\ufffdc\ufffdd\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
