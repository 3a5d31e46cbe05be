package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestQuotedAsAShellNeedsIt(t *testing.T) {
	got := Quoted([]string{"csr", "--organization", "Example School", "a$b", "x*"})
	want := []string{"csr", "--organization", "'Example School'", "'a$b'", "'x*'"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A person reads the end of a certificate by the own clock, a program in UTC.
func TestDatesOfSentencesAreLocal(t *testing.T) {
	params := problem.Params{"not_after": "2027-02-28T23:59:59Z", "days": "3", "profile": "acme", "topic": "2027-02-28T23:59:59Z"}
	tokyo := time.FixedZone("JST", 9*60*60)
	for _, row := range []struct {
		name, output, want string
		zone               *time.Location
	}{
		{"text in Tokyo", "text", "2027-03-01 08:59:59 +09:00、残り3日", tokyo},
		{"text in UTC", "text", "2027-02-28 23:59:59 UTC、残り3日", time.UTC},
		{"JSON", OutputJSON, "2027-02-28T23:59:59Z、残り3日", tokyo},
	} {
		e := testEnv(msg.Japanese)
		e.Global.Output = row.output
		now := e.Now().In(row.zone)
		e.Now = func() time.Time { return now }
		if got := e.T("problem.expires-soon.text", params); !strings.Contains(got, row.want) {
			t.Errorf("%s: %q", row.name, got)
		}
		if got := e.clocked(params)["topic"]; got != params["topic"] {
			t.Errorf("%s: a value that is no date of a certificate became %q", row.name, got)
		}
	}
}
