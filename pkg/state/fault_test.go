package state_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// rewrite is one write in a folder where a killed one has left its files.
type rewrite struct {
	t         *testing.T
	store     *state.Store
	old, next string
	err       error
}

func newChange(s *lifecycle.State) error { s.Profiles["new"] = profile(); return nil }

// runRewrite writes by way of disk.
func runRewrite(t *testing.T, disk *badDisk) rewrite {
	t.Helper()
	old := text(t, 3)
	after, err := state.Decode(old)
	if err != nil {
		t.Fatal(err)
	}
	_ = newChange(after)
	next, err := state.Encode(old, after)
	if err != nil {
		t.Fatal(err)
	}
	r := rewrite{t: t, store: stored(t, old), old: string(old), next: string(next)}
	for _, name := range []string{".config.yaml.tmp", ".config.yaml.bak.tmp"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(r.store.Path()), name), []byte("left"), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	disk.holds(r.store.Path(), r.old)
	r.err = state.OpenOn(disk, r.store.Path()).Update(t.Context(), newChange)
	return r
}

// amiss is what is wrong with what a write has left behind that said that all is well.
func (r rewrite) amiss(disk *badDisk) string {
	backup := r.store.Path() + ".bak"
	want := map[string]string{r.store.Path(): r.next, backup: r.old}
	switch {
	case content(r.t, r.store.Path()) != r.next:
		return "the file is not the new version"
	case !slices.Contains(listing(r.t, filepath.Dir(backup)), "config.yaml.bak") || content(r.t, backup) != r.old:
		return "the copy is not the version before"
	case disk.open != 0:
		return "something stays open"
	}
	for _, cut := range disk.cuts() {
		if !maps.Equal(cut, want) {
			return "a power cut would undo it"
		}
	}
	return ""
}

// whole fails unless what a write has left behind that failed is the old or the new version.
func (r rewrite) whole(name string, published bool) {
	r.t.Helper()
	want := map[bool]string{false: r.old, true: r.next}[published]
	if content(r.t, r.store.Path()) != want {
		r.t.Errorf("%s: the file is not what it should be", name)
	}
	for _, file := range listing(r.t, filepath.Dir(r.store.Path())) {
		if strings.HasSuffix(file, ".tmp") && !strings.HasPrefix(name, "open folder") { // not begun; the next try clears it
			r.t.Errorf("%s: left %s", name, file)
		}
		if strings.HasSuffix(file, ".bak") && content(r.t, r.store.Path()+".bak") != r.old {
			r.t.Errorf("%s: the copy is not the version before", name)
		}
	}
}

// tryAgain fails unless the next write does all that the one before did not.
func (r rewrite) tryAgain(name string) {
	r.t.Helper()
	if err := r.store.Update(r.t.Context(), newChange); err != nil || content(r.t, r.store.Path()) != r.next {
		r.t.Errorf("%s: the next try fails: %v", name, err)
	}
	err := r.store.Update(r.t.Context(), organization("again"))
	left := listing(r.t, filepath.Dir(r.store.Path()))
	if err != nil || !slices.Equal(left, []string{"config.yaml", "config.yaml.bak", "config.yaml.lock"}) {
		r.t.Errorf("%s: after the next try: %v, %q", name, err, left)
	}
}

// TestFaults lets every step of a write go wrong in three ways: not done; done but reported as
// failed (the disk was full, the cable fell out after the last byte); and reported as done but
// not done, which is what the program is without that step. The last must be noticed, here or by
// the write.
func TestFaults(t *testing.T) {
	t.Parallel()
	published := slices.Index(steps(), "rename to config.yaml")
	tried := 0
	for at, step := range steps() {
		for w, name := range []string{step + " is not done", step + " is done and fails", step + " is left out"} {
			tried++
			disk := newBadDisk(at, way(w))
			r := runRewrite(t, disk)
			amiss := ""
			switch {
			case r.err != nil:
				if p := problem.Of(r.err); p.Code != problem.StateUnwritable || p.Params["path"] != r.store.Path() {
					t.Errorf("%s: %v", name, r.err)
				}
				r.whole(name, at > published || at == published && way(w) == done)
			default:
				amiss = r.amiss(disk)
			}
			switch careless := strings.HasPrefix(step, "remove") || step == "close folder"; {
			case way(w) == pretended && r.err == nil && amiss == "":
				t.Errorf("%s, and nobody notices", name)
			case way(w) != pretended && !careless && !errors.Is(r.err, syscall.ENOSPC):
				t.Errorf("%s: %v", name, r.err)
			case way(w) != pretended && step != "close folder" && amiss != "":
				t.Errorf("%s: %s", name, amiss)
			}
			if way(w) != pretended {
				r.tryAgain(name)
			}
		}
	}
	t.Logf("%d faults of %d steps", tried, len(steps()))
}

// TestPowerCuts cuts the power after each step. The file is the old or the new version, whole, and
// so is the copy.
func TestPowerCuts(t *testing.T) {
	disk, cuts := newBadDisk(-1, done), 0
	var seen []map[string]string
	disk.then = func() { seen = append(seen, disk.cuts()...) }
	r := runRewrite(t, disk)
	if r.err != nil || r.amiss(disk) != "" {
		t.Fatal(r.err, r.amiss(disk))
	}
	for _, cut := range seen {
		cuts++
		backup, kept := cut[r.store.Path()+".bak"]
		if file := cut[r.store.Path()]; file != r.old && file != r.next || kept && backup != r.old {
			t.Errorf("cut %d leaves %q", cuts, cut)
		}
	}
	if cuts < len(steps()) {
		t.Fatalf("%d cuts, want at least %d", cuts, len(steps()))
	}
	t.Logf("%d power cuts", cuts)
}

// TestScrubbedBackupComesFirst: a purge that fails must not leave its secrets in .bak
// once the file itself is purged.
func TestScrubbedBackupComesFirst(t *testing.T) {
	store := stored(t, text(t, 1))
	disk := newBadDisk(slices.Index(steps(), "rename to config.yaml"), notDone)
	before := content(t, store.Path())
	wantCode(t, state.OpenOn(disk, store.Path()).Update(t.Context(), organization("x"), state.ScrubBackup()), "state-unwritable")
	if content(t, store.Path()) != before || !strings.Contains(content(t, store.Path()+".bak"), "organization: x") {
		t.Error("the backup was not scrubbed before the file")
	}
}

// TestAProofFailsAsAWriteDoes: a proof takes the steps of a write, and leaves all as it was.
func TestAProofFailsAsAWriteDoes(t *testing.T) {
	nothing := func(*lifecycle.State) error { return nil }
	for at := -1; at < len(steps()); at++ {
		store, disk := stored(t, text(t, 2)), newBadDisk(at, notDone)
		if err := os.WriteFile(store.Path()+".bak", text(t, 1), 0o600); err != nil {
			t.Fatal(err)
		}
		err := state.OpenOn(disk, store.Path()).Update(t.Context(), nothing, state.Prove())
		switch {
		case at < 0 || strings.HasPrefix(steps()[at], "remove") || steps()[at] == "close folder":
			if err != nil || !slices.Equal(disk.steps, steps()) {
				t.Errorf("%d: %v after %q", at, err, disk.steps)
			}
		case !errors.Is(err, syscall.ENOSPC):
			t.Errorf("%s: %v", steps()[at], err)
		}
		if content(t, store.Path()) != string(text(t, 2)) || content(t, store.Path()+".bak") != string(text(t, 1)) {
			t.Errorf("%d: a proof has changed something", at)
		}
	}
}

// TestLeftoverIsReplaced: what a killed writer left, with whatever mode and secrets,
// neither stops the next write nor outlives it.
func TestLeftoverIsReplaced(t *testing.T) {
	disk := newBadDisk(-1, done)
	if r := runRewrite(t, disk); r.err != nil || r.amiss(disk) != "" {
		t.Error(r.err, r.amiss(disk))
	}
}

// plantedDisk is one on which somebody puts something in the place of the temporary file, at
// the last instant.
type plantedDisk struct {
	state.TrueDisk
	plant func(name string) error
}

// Create implements [state.Disk].
func (d plantedDisk) Create(name string) (state.File, error) {
	if err := d.plant(name); err != nil {
		return nil, err
	}
	return d.TrueDisk.Create(name)
}

// TestAPlantedFileIsNeverWrittenTo: what another puts in the place of the temporary file would
// be theirs to read, and a link leads to a file that is not ours to change.
func TestAPlantedFileIsNeverWrittenTo(t *testing.T) {
	for name, plant := range map[string]func(name, victim string) error{
		"a file that all can read": func(name, _ string) error { return os.WriteFile(name, nil, 0o666) },
		"a link to a file":         func(name, victim string) error { return os.Symlink(victim, name) },
		"a link to nothing":        func(name, victim string) error { return os.Symlink(victim+".new", name) },
		"another name of a file":   func(name, victim string) error { return os.Link(victim, name) },
	} {
		store := stored(t, text(t, 1))
		before, folder := content(t, store.Path()), t.TempDir()
		victim := filepath.Join(folder, "victim")
		if err := os.WriteFile(victim, []byte("theirs"), 0o600); err != nil {
			t.Fatal(err)
		}
		disk := plantedDisk{plant: func(name string) error { return plant(name, victim) }}
		err := state.OpenOn(disk, store.Path()).Update(t.Context(), organization("x"))
		if p := wantCode(t, err, "state-unwritable"); !errors.Is(p, os.ErrExist) {
			t.Errorf("%s: %v", name, err)
		}
		if content(t, store.Path()) != before || content(t, victim) != "theirs" || len(listing(t, folder)) != 1 {
			t.Errorf("%s was written to", name)
		}
	}
}

// TestTheFolderIsSynced asks for the sync of a folder that is no longer open: one that is left out
// would say that all is well.
func TestTheFolderIsSynced(t *testing.T) {
	folder, err := os.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	if err := state.SyncFolder(folder); state.ModesCount() && err == nil { // Windows writes renames through
		t.Error("nothing is synced")
	}
	trueFolder, err := state.TrueDisk{}.Folder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := trueFolder.Sync(); err != nil {
		t.Error(err)
	}
	if err := trueFolder.Close(); err != nil {
		t.Fatal(err)
	}
	if err := trueFolder.Sync(); state.ModesCount() && err == nil {
		t.Error("nothing is synced")
	}
}
