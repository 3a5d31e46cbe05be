package state_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// TestAnEndlessFileEndsAtTheLimit reads what has no end, and what is a thousand times too long.
func TestAnEndlessFileEndsAtTheLimit(t *testing.T) {
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
