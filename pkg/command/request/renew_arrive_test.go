package request

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Who pressed Create by mistake, and then Renew, has both files in the folder.
func TestTheNewestDownloadIsLookedAtFirst(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, age := range map[string]time.Duration{"a.pem": 2 * time.Hour, "b.pem": 0, "c.pem": time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, info := range newestFirst(entries) {
		names = append(names, info.Name())
	}
	if got := len(names); got != 3 || names[0] != "b.pem" || names[1] != "c.pem" || names[2] != "a.pem" {
		t.Errorf("got %v", names)
	}
}

// The config file may lie in the same folder, and may have the beginning of a download's name.
func TestTheConfigFileDidNotArrive(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "mdm")
	streams, _, _ := term.Test()
	l := newLookout(&cli.Env{IO: streams, Now: time.Now, Getenv: func(name string) string {
		return map[string]string{"APNSCTL_CONFIG": config}[name]
	}}, dir, "acme")
	for name, own := range map[string]bool{"mdm": true, "mdm.bak": true, "mdm.lock": true, "mdm.pem": false, "mdm_certificate.pem": false, "other": false} {
		if got := l.own(filepath.Join(dir, name)); got != own {
			t.Errorf("%s: got %t, want %t", name, got, own)
		}
	}
}

// Nor did it where a symbolic link elsewhere leads to it.
func TestTheConfigFileBehindALinkDidNotArrive(t *testing.T) {
	dir, link := t.TempDir(), filepath.Join(t.TempDir(), "config.yaml")
	if err := os.Symlink(filepath.Join(dir, "mdm"), link); err != nil {
		t.Fatal(err)
	}
	streams, _, _ := term.Test()
	l := newLookout(&cli.Env{IO: streams, Now: time.Now, Getenv: func(name string) string {
		return map[string]string{"APNSCTL_CONFIG": link}[name]
	}}, dir, "acme")
	for name, own := range map[string]bool{"mdm": true, "mdm.bak": true, "mdm.lock": true, "mdm.pem": false} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := l.own(path); got != own {
			t.Errorf("%s: got %t, want %t", name, got, own)
		}
	}
}
