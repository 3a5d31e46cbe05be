package state_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// merged is what git makes of two texts that differ between a common head and tail.
func merged(ours, theirs, style, end string) string {
	var head, tail []string
	a, b := strings.SplitAfter(ours, "\n"), strings.SplitAfter(theirs, "\n")
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head, a, b = append(head, a[0]), a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail, a, b = append([]string{a[len(a)-1]}, tail...), a[:len(a)-1], b[:len(b)-1]
	}
	base := ""
	if style == "diff3" {
		base = "||||||| 1234abc\n"
	}
	text := strings.Join(head, "") + "<<<<<<< HEAD\n" + strings.Join(a, "") + base + "=======\n" + strings.Join(b, "") + ">>>>>>> branch b1\n" + strings.Join(tail, "")
	return strings.ReplaceAll(text, "\n", end)
}

// versions are two states that went apart, as texts.
func versions(t *testing.T, ours, theirs func(*lifecycle.State)) (left, right string) {
	t.Helper()
	texts := [2]string{}
	for i, change := range []func(*lifecycle.State){ours, theirs} {
		s := fleet(1)
		change(s)
		text, err := state.Encode(nil, s)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	return texts[0], texts[1]
}

func TestConflictsOfGitAreNamed(t *testing.T) {
	add := func(names ...string) func(*lifecycle.State) {
		return func(s *lifecycle.State) {
			for _, name := range names {
				s.Profiles[name] = profile()
			}
		}
	}
	for name, row := range map[string]struct {
		ours, theirs func(*lifecycle.State)
		left, right  string
	}{
		"a profile each":       {add("osaka"), add("tokyo"), "osaka", "tokyo"},
		"several":              {add("osaka", "kyoto"), add("tokyo"), "kyoto, osaka", "tokyo"},
		"a name to be quoted":  {add("no"), add("true"), "no", "true"},
		"one side alone":       {add("osaka"), func(s *lifecycle.State) { s.Profiles["customer-00000"].Remarks = "x" }, "customer-00000, osaka", "customer-00000"},
		"the same one changed": {func(s *lifecycle.State) { s.Profiles["customer-00000"].Remarks = "a" }, func(s *lifecycle.State) { s.Profiles["customer-00000"].Remarks = "b" }, "customer-00000", "customer-00000"},
		"settings":             {func(s *lifecycle.State) { s.Settings.Country = "JP" }, func(s *lifecycle.State) { s.Settings.Country = "US" }, "-", "-"},
	} {
		for _, style := range []string{"merge", "diff3"} {
			for _, end := range []string{"\n", "\r\n"} {
				t.Run(fmt.Sprintf("%s/%s/%q", name, style, end), func(t *testing.T) {
					left, right := versions(t, row.ours, row.theirs)
					text := merged(left, right, style, end)
					store := stored(t, []byte(text))
					_, err := store.View(t.Context())
					kind := "state-damaged.conflict"
					if row.left == row.right {
						kind += ".same"
					}
					p := wantCode(t, err, kind)
					line := strings.Count(text[:strings.Index(text, "<<<<<<<")], "\n") + 1
					for key, want := range map[string]string{
						"line": fmt.Sprint(line), "ours": "HEAD", "theirs": "branch b1", "our_profiles": row.left, "their_profiles": row.right,
						"path": store.Path(), "config_name": "config.yaml", "config_folder": filepath.Dir(store.Path()),
					} {
						if p.Params[key] != want {
							t.Errorf("%s is %q, want %q", key, p.Params[key], want)
						}
					}
				})
			}
		}
	}
}

func TestConflictsNameWhatIsNoProfile(t *testing.T) {
	portal := func(to string) func(*lifecycle.State) {
		return func(s *lifecycle.State) { s.Settings.PortalURL = to }
	}
	nothing := func(*lifecycle.State) {}
	for name, row := range map[string]struct {
		ours, theirs      func(*lifecycle.State)
		kind, left, right string
	}{
		"a setting":           {portal("https://a.example"), portal("https://b.example"), ".same", "settings.portal_url", "settings.portal_url"},
		"one side's":          {portal("https://a.example"), nothing, ".ours", "settings.portal_url", ""},
		"the other side's":    {nothing, portal("https://a.example"), ".theirs", "", "settings.portal_url"},
		"a setting and a row": {portal("https://a.example"), func(s *lifecycle.State) { s.Profiles["tokyo"] = profile() }, "", "settings.portal_url", "profiles.tokyo"},
	} {
		t.Run(name, func(t *testing.T) {
			left, right := versions(t, row.ours, row.theirs)
			_, err := stored(t, []byte(merged(left, right, "merge", "\n"))).View(t.Context())
			p := wantCode(t, err, "state-damaged.conflict"+row.kind)
			if p.Params["our_parts"] != row.left || p.Params["their_parts"] != row.right {
				t.Errorf("got %q and %q, want %q and %q", p.Params["our_parts"], p.Params["their_parts"], row.left, row.right)
			}
		})
	}
	left, _ := versions(t, nothing, nothing)
	_, err := stored(t, []byte("<<<<<<< HEAD\n# a\n=======\n# b\n>>>>>>> b1\n"+left)).View(t.Context())
	wantCode(t, err, "state-damaged.conflict.alike")
}

// A text that only looks like a conflict somewhere is none.
func TestOtherDamageIsNoConflict(t *testing.T) {
	for _, text := range []string{"version: [\n=======\n", "version: [\n<<<<<<\n", "version: [\n>>>>>>> x\n"} {
		_, err := stored(t, []byte(text)).View(t.Context())
		wantCode(t, err, "state-damaged.syntax")
	}
	s := fleet(1)
	s.Profiles["x"] = &lifecycle.Profile{Remarks: "<<<<<<< a\n=======\n>>>>>>> b\n"}
	store := state.Open(filepath.Join(t.TempDir(), "config.yaml"))
	if err := store.Create(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, err := store.View(t.Context()); err != nil {
		t.Error(err)
	}
}
