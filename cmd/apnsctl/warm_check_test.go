package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// What is run in a process that has run others is as in one of its own: nothing of the one before is left in
// its streams, its folder or its environment.
func TestSharingAProcessChangesNothing(t *testing.T) {
	t.Parallel()
	world := newWorld(t)
	shared, err := startWarm()
	world.check(err)
	t.Cleanup(func() { world.check(shared.end()) })
	errandOf := func(fixture, stdin string, env []string, args ...string) errand {
		home := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TEST_NOW=" + beginning}
		return errand{Dir: world.path(fixture), Env: append(home, env...), Args: args, Stdin: stdin}
	}
	japanese, config := "APNSCTL_LANG=ja", "APNSCTL_CONFIG=config.yaml"
	certificate := fileText(t, filepath.Join(world.dir, "several", "beta.pem"))
	for _, e := range []errand{
		errandOf("registered", "", []string{japanese, config}, "status"),
		errandOf("registered", "", []string{config}, "status"), // in English again
		errandOf("several", "", []string{config}, "status", "-p", "beta"),
		errandOf("several", "", nil, "status"), // the config file is another one
		errandOf("several", certificate, []string{config}, "inspect", "-", "--field", "serial_hex"),
		errandOf("several", "", []string{config}, "inspect", "-"), // which says nothing more
		errandOf("several", "", []string{config}, "export", "-p", "acme", "--for", "cert", "--out", "-"),
		errandOf("initialised", "", []string{config, japanese}, "verify", "none.pem"),
		errandOf("initialised", "", []string{config}, "no-such-command"),
	} {
		want, err := e.alone()
		world.check(err)
		got, err := shared.do(e)
		world.check(err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: status %d, used up %v\n%s%s\nwant %d\n%s%s", e.Args, got.Status, got.UsedUp, got.Stdout, got.Stderr, want.Status, want.Stdout, want.Stderr)
		}
	}
}
