package depth

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Whole tells whether tests go all the way: where CI=true is set, as .ci/run sets it.
func Whole() bool { return os.Getenv("CI") == "true" }

// Of is how far a test goes: all the way, or far enough to notice what has broken.
func Of(whole, here int) int {
	if Whole() {
		return whole
	}
	return here
}

// Program finds a program of others, by the first of these names that is one; where there is none, it is [Missing].
func Program(t testing.TB, names ...string) (path string, found bool) {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	Missing(t, names...)
	return "", false
}

// Missing says that a program of others is not there. In CI, which installs each, the test fails, so that
// nobody takes what did not run for what passed.
func Missing(t testing.TB, names ...string) {
	t.Helper()
	t.Logf("NOT CHECKED with %s: not installed", strings.Join(names, " or "))
	if Whole() {
		t.Errorf("%s is not installed, and CI installs it", strings.Join(names, " or "))
	}
}
