package disk_test

import (
	"errors"
	"io/fs"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Whether a file that cannot be read is a slip in the command depends on whether somebody named it.
func TestAFileThatNobodyNamedIsNoSlip(t *testing.T) {
	for want, at := range map[problem.Exit]disk.Found{
		problem.ExitUsage:   {Name: "a.pem"},
		problem.ExitRefused: {Name: "d/a.pem", Walked: true},
	} {
		err := at.Because(disk.Unreadable(at.Name, fs.ErrPermission))
		if got := problem.Of(err).Exit(); got != want || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %d, want %d: %v", at.Name, got, want, err)
		}
	}
	if err := (disk.Found{Walked: true}).Because(nil); err != nil {
		t.Error(err)
	}
}
