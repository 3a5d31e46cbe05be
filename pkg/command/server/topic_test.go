package server

import (
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/server"
)

// The page of help about the kinds says of each what it can do, what opens it, and what it was
// tried against, as the commands do.
func TestHelpTellsOfEachKind(t *testing.T) {
	for _, lang := range []msg.Lang{msg.English, msg.Japanese} {
		e := clitest.Env(lang)
		page := e.T("topic.servers.text", nil)
		for _, kind := range server.Kinds() {
			offers := kind.Offers()
			head := "  " + string(kind) + ": " + strings.Join(abilities(offers), ", ") + "; "
			_, rest, found := strings.Cut(page, head)
			names, tried, _ := strings.Cut(rest, "\n")
			said := strings.FieldsFunc(strings.ReplaceAll(names, "or ", ""), func(r rune) bool { return strings.ContainsRune(",; ", r) })
			if !found || strings.Join(said, " ") != strings.Join(offers.Credentials, " ") {
				t.Errorf("%s %s: the page says %q, want %v", lang, kind, names, offers.Credentials)
			}
			tried = strings.ReplaceAll(tried, "\n    ", " ") // of two lines, perhaps
			tried, _, _ = strings.Cut(tried, "\n")
			if want := e.T("server.tried."+string(kind), nil); strings.TrimSpace(tried) != want || len(want) < 10 {
				t.Errorf("%s %s: tried against %q, want %q", lang, kind, tried, want)
			}
		}
	}
}
