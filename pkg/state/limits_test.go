package state_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// TestAnEndlessFileEndsAtTheLimit reads what has no end, and what is a thousand times too long.
func TestAnEndlessFileEndsAtTheLimit(t *testing.T) {
	t.Parallel()
	sparse := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(sparse, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(sparse, 64<<30); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{sparse: "state-damaged.too-large"}
	if _, err := os.Stat("/dev/zero"); err == nil {
		files["/dev/zero"] = "state-unwritable.not-a-file"
	}
	for path, written := range files {
		_, err := state.Open(path).View(t.Context())
		if p := wantCode(t, err, "state-damaged.too-large"); p.Params["limit"] != "67108864" || p.Params["path"] != path {
			t.Errorf("%s: %v", path, p)
		}
		wantCode(t, state.Open(path).Update(t.Context(), organization("x")), written)
	}
	if state.Open(sparse).BackupServes() {
		t.Error("a file that cannot be read has a backup that serves")
	}
}

// TestATextHasALimit: a text of a mebibyte is written and read; one that is longer is neither.
func TestATextHasALimit(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	store := stored(t, text(t, 1))
	long := func(n int) func(*lifecycle.State) error { return organization(strings.Repeat("x", n)) }
	if err := store.Update(t.Context(), long(limit)); err != nil {
		t.Fatal(err)
	}
	if s, err := store.View(t.Context()); err != nil || len(s.Settings.Organization) != limit {
		t.Fatal(err)
	}
	wantCode(t, store.Update(t.Context(), long(limit+1)), "usage.unfit")
	longer := strings.Replace(content(t, store.Path()), "organization: ", "organization: x", 1)
	_, err := state.Decode([]byte(longer))
	wantCode(t, err, "state-damaged.too-long")
}

// TestDamageCostsNoMoreThanItsFile reads files in which very much is wrong: what is done about
// a fault must not grow with the faults before it.
func TestDamageCostsNoMoreThanItsFile(t *testing.T) {
	const lines = 20_000
	var many strings.Builder
	for i := range lines {
		fmt.Fprintf(&many, "  p%d:\n    wrong: x\n", i)
	}
	for _, row := range []struct{ name, text, want string }{
		{"every profile is at fault", "version: 1\nprofiles:\n" + many.String(), "state-damaged.unknown-key"},
		{"a long conflict of git", "version: 1\nprofiles:\n  a:\n<<<<<<< ours\n" + strings.Repeat("    remarks: x\n", lines) + "=======\n>>>>>>> theirs\n", "state-damaged.conflict.same"},
	} {
		t.Run(row.name, func(t *testing.T) {
			store := stored(t, []byte(row.text))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := store.View(t.Context())
			runtime.ReadMemStats(&after)
			wantCode(t, err, row.want)
			used := (after.TotalAlloc - before.TotalAlloc) >> 20
			if used > 200 {
				t.Errorf("%d MiB for a file of %d KiB", used, len(row.text)>>10)
			}
			t.Logf("%d MiB for a file of %d KiB", used, len(row.text)>>10)
		})
	}
}

// TestALongKeyIsNamedInBrief: a message says where, and does not repeat half of the file.
func TestALongKeyIsNamedInBrief(t *testing.T) {
	for _, text := range []string{
		"version: 1\nsettings:\n  ? " + strings.Repeat("あ", 100_000) + "\n  : 1\n",
		"version: 1\n? " + strings.Repeat("k", 2_000_000) + "\n: 1\n",
	} {
		_, err := state.Decode([]byte(text))
		if p := wantCode(t, err, "state-damaged.unknown-key"); len(p.Params["key"]) > 400 || !strings.HasSuffix(p.Params["key"], "…") {
			t.Errorf("a key of %d bytes: %.60s", len(p.Params["key"]), p.Params["key"])
		}
	}
}
