package state_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// The beginnings of two public keys.
const a, b = "MIIBaaaa", "MIIBbbbb"

func held(public string) *lifecycle.Profile {
	p, k := profile(), key()
	k.Public = strings.Repeat(public, 25)
	p.Certificate.Key = &k
	return p
}

// withKeys is a file with these keys.
func withKeys(t *testing.T, publics ...string) string {
	t.Helper()
	s := fleet(0)
	for i, public := range publics {
		s.Profiles[fmt.Sprint("p", i)] = held(public)
	}
	text, err := state.Encode(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The version before is offered only if no key is lost with it.
func TestBackupServesWhenItHasEveryKey(t *testing.T) {
	with := func(publics ...string) string { return withKeys(t, publics...) }
	both := with(a, b)
	for name, row := range map[string]struct {
		damaged, backup string
		want            bool
	}{
		"the same keys":             {both + "x: [", both, true},
		"more keys before":          {with(a) + "x: [", both, true},
		"a key lost":                {both + "x: [", with(a), false},
		"a key lost, quoted":        {strings.ReplaceAll(both, "public: ", "\"public\":   ") + "x: [", with(a), false},
		"a key lost, of one side":   {merged(with(a), with(b), "merge", "\n"), with(a), false},
		"gone":                      {"", both, true},
		"both gone":                 {"", "", false},
		"cut off within a key":      {both[:strings.LastIndex(both, b)+90], both, true},
		"both damaged":              {both + "x: [", both + "x: [", false},
		"no backup":                 {both + "x: [", "", false},
		"no key can be made out":    {"x: [", with(a), true},
		"a backup that was cut off": {both + "x: [", both[:len(both)-200], false},
	} {
		t.Run(name, func(t *testing.T) {
			store := stored(t, []byte(row.damaged))
			if row.damaged == "" {
				if err := os.Remove(store.Path()); err != nil {
					t.Fatal(err)
				}
			}
			if row.backup != "" {
				if err := os.WriteFile(store.Path()+".bak", []byte(row.backup), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := store.BackupServes(); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

// A key that stands in the version before alone outlives every write. Whoever may have it nowhere
// else is told so once.
func TestAKeyOfTheVersionBeforeAloneIsKept(t *testing.T) {
	none, one, both := withKeys(t), withKeys(t, a), withKeys(t, a, b)
	quoted := strings.NewReplacer("public: ", "\"public\": '", "\n        sealed", "'\n        sealed").Replace(both)
	folded := strings.ReplaceAll(both, "public: ", "public: >-\n          ")
	server := strings.ReplaceAll(one, "profiles:\n", "profiles:\n  s:\n    fetched:\n      public: "+strings.Repeat(b, 25)+"\n      at: 2026-11-22T03:04:05Z\n")
	anything := organization("Other")
	for name, row := range map[string]struct {
		file, backup string
		change       func(*lifecycle.State) error
		kept         bool
		told         string
	}{
		"a key more in the file":        {both, one, anything, false, ""},
		"the same keys":                 {both, strings.ReplaceAll(both, "Example", "Before"), anything, false, ""},
		"an older file put back":        {one, both, anything, true, "1"},
		"begun anew":                    {none, both, anything, true, "2"},
		"quoted by hand":                {one, quoted, anything, true, "1"},
		"folded by hand":                {one, folded, anything, true, "1"},
		"damaged":                       {one, both + "x: [", anything, true, "1"},
		"the new version has it again":  {one, both, func(s *lifecycle.State) error { s.Profiles["new"] = held(b); return nil }, true, ""},
		"one key in several places":     {one, withKeys(t, b, b, a), anything, true, "1"},
		"a request of a server":         {one, server, anything, false, ""},
		"no file of apnsctl":            {one, "public: school, public", anything, false, ""},
		"a change that forgets the key": {both, both, func(s *lifecycle.State) error { delete(s.Profiles, "p1"); return nil }, false, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			store, told := stored(t, []byte(row.file)), ""
			store.Remark = func(p problem.Params) { told += p["count"] }
			backup := store.Path() + ".bak"
			if err := os.WriteFile(backup, []byte(row.backup), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := store.Update(t.Context(), row.change); err != nil {
				t.Fatal(err)
			}
			if want := map[bool]string{true: row.backup, false: row.file}[row.kept]; content(t, backup) != want {
				t.Errorf("the copy is %q", content(t, backup))
			}
			if err := store.Update(t.Context(), organization("Once more")); err != nil || told != row.told {
				t.Errorf("told %q, want %q (%v)", told, row.told, err)
			}
		})
	}
}

// A scrub, which is about that copy, is refused before anything is changed.
func TestAScrubDropsNoOtherKey(t *testing.T) {
	one, both := withKeys(t, a), withKeys(t, a, b)
	store := stored(t, []byte(one))
	backup := store.Path() + ".bak"
	if err := os.WriteFile(backup, []byte(both), 0o600); err != nil {
		t.Fatal(err)
	}
	purge := func(s *lifecycle.State) error { delete(s.Profiles, "p0"); return nil }
	p := wantCode(t, store.Update(t.Context(), purge, state.ScrubBackup()), "state-unwritable.strays")
	if p.Params["backup"] != backup || p.Params["aside"] != backup+".1" || p.Params["count"] != "1" {
		t.Errorf("%v", p.Params)
	}
	if content(t, store.Path()) != one || content(t, backup) != both {
		t.Error("something was changed")
	}
	if err := os.Rename(backup, p.Params["aside"]); err != nil {
		t.Fatal(err)
	}
	if err := store.Update(t.Context(), purge, state.ScrubBackup()); err != nil || strings.Contains(content(t, backup), a) {
		t.Errorf("the purge leaves the key behind: %v", err)
	}
}

// Where the version before is all that is left, no file is made anew.
func TestNothingIsBegunBesideTheLastCopy(t *testing.T) {
	store := stored(t, nil)
	backup := store.Path() + ".bak"
	for _, err := range []error{os.Remove(store.Path()), os.WriteFile(backup, []byte(withKeys(t, a)), 0o600), os.WriteFile(backup+".1", nil, 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	p := wantCode(t, store.Create(t.Context(), fleet(1)), "usage.config-lost")
	if p.Params["aside"] != backup+".2" || p.Params["place"] != store.Path() || store.There() {
		t.Errorf("%v, or the file was made", p.Params)
	}
	if err := os.Rename(backup, p.Params["aside"]); err != nil {
		t.Fatal(err)
	}
	if err := store.Create(t.Context(), fleet(1)); err != nil {
		t.Error(err)
	}
}

// A version before without a private key is no loss.
func TestAFileIsBegunBesideACopyWithoutKeys(t *testing.T) {
	store := stored(t, nil)
	for _, err := range []error{os.Remove(store.Path()), os.WriteFile(store.Path()+".bak", []byte(withKeys(t)), 0o600), store.Create(t.Context(), fleet(1))} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What lies in a temporary file's place, and is no file, was not left by a killed write.
func TestAStrangeTemporaryFileStays(t *testing.T) {
	for _, name := range []string{".config.yaml.tmp", ".config.yaml.bak.tmp"} {
		store := stored(t, text(t, 1))
		temp := filepath.Join(filepath.Dir(store.Path()), name)
		if err := os.Mkdir(temp, 0o700); err != nil {
			t.Fatal(err)
		}
		wantCode(t, store.Update(t.Context(), organization("x")), "state-unwritable.backup")
		if info, err := os.Stat(temp); err != nil || !info.IsDir() {
			t.Errorf("%s is gone", name)
		}
	}
}
