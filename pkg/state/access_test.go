package state_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/state"
)

func TestAccessLooksAtFileBackupAndFolder(t *testing.T) {
	folder := t.TempDir()
	file, link := filepath.Join(folder, "real.yaml"), filepath.Join(t.TempDir(), "link.yaml")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	store := state.Open(link)
	if all, err := store.Access(); err != nil || len(all) != 0 {
		t.Fatalf("without a file: %v, %v", all, err)
	}
	for name, mode := range map[string]os.FileMode{file: 0o640, file + ".bak": 0o604} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
	}
	if err := os.Chmod(folder, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	all, err := store.Access()
	if !state.ModesCount() {
		if err != nil || len(all) != 0 {
			t.Errorf("modes that say nothing are told: %v, %v", all, err)
		}
		return
	}
	if err != nil || len(all) != 3 {
		t.Fatalf("%v, %v", all, err)
	}
	for i, want := range []state.Access{
		{Of: state.AccessFile, Path: file, Mode: 0o640},
		{Of: state.AccessBackup, Path: file + ".bak", Mode: 0o604},
		{Of: state.AccessFolder, Path: folder, Mode: os.ModeDir | os.ModeSticky | 0o777},
	} {
		if all[i] != want {
			t.Errorf("got %+v, want %+v", all[i], want)
		}
	}
	if err := os.Remove(file + ".bak"); err != nil {
		t.Fatal(err)
	}
	if all, err := store.Access(); err != nil || len(all) != 2 {
		t.Errorf("without a backup: %v, %v", all, err)
	}
}
