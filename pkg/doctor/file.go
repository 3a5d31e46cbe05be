package doctor

import (
	"fmt"
	"io/fs"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// check tells of the config file.
func (f Config) check() Check {
	if f.State == nil {
		return f.damaged()
	}
	c := newCheck(checkConfigFile)
	c.see("config-file.path", problem.Params{"path": f.Path})
	c.see("config-file.profiles", problem.Params{"profiles": strconv.Itoa(len(f.State.Profiles))})
	if f.State.TrustRoot != "" {
		c.see("config-file.rehearsal", nil)
	}
	if f.backup() != "" {
		c.see("config-file.backup", nil)
	} else {
		c.see("config-file.no-backup", nil)
	}
	return c
}

// damaged tells of one that cannot be read. None at all is where everybody begins, unless
// it was named, which then was a slip, or the copy from before is there.
func (f Config) damaged() Check {
	c := newCheck(checkConfigFile)
	path := problem.Params{"path": f.Path}
	switch none := f.Err.Code == problem.NotInitialised; {
	case none && f.Copy != nil: // whatever else there is to do would begin anew
		c.see("config-file.path", path)
		c.fail(problem.ExitUsage, Cause{Problem: problem.Say(problem.Usage, "config-lost", f.Copy)})
		return c
	case none && f.Named:
		c.see(seenNone, path)
		c.warn(Cause{Key: "config-file.named", Params: path})
		return c
	case none:
		c.skip(seenNone, path, Cause{Key: "config-file.none"})
		return c
	}
	c.see("config-file.path", path)
	c.fail(problem.ExitState, Cause{Problem: f.Err}) // its hint knows whether the copy serves
	return c
}

// backup is the path of the version before the last change; empty without one.
func (f Config) backup() string {
	for _, a := range f.Access {
		if a.Of == state.AccessBackup {
			return a.Path
		}
	}
	return ""
}

// exposed tells whether the file has a private key in the open, as far as it is known.
func (f Config) exposed() bool {
	if f.State == nil {
		return f.Err.Key() == "state-unreadable.exposed"
	}
	return f.State.Sealing.UnsealedIdentity != ""
}

// Permissions that nobody but the owner needs.
const (
	privateFile  fs.FileMode = 0o600
	everyoneElse fs.FileMode = 0o077
	othersWrite  fs.FileMode = 0o022
)

// permissionCheck checks who may touch the files. What is sealed can be read without
// harm to the keys; with a key in the open, whoever reads the file has it.
func permissionCheck(access []state.Access, unsealed bool, quote func(string) string) Check {
	c := newCheck(checkPermissions)
	switch {
	case !state.ModesCount():
		c.skip("permissions.windows", nil)
		return c
	case len(access) == 0:
		c.skip("permissions.none", nil)
		return c
	}
	for _, a := range access {
		c.access(a, unsealed, quote)
	}
	return c
}

// access checks one file or folder.
func (c *Check) access(a state.Access, unsealed bool, quote func(string) string) {
	mode := fmt.Sprintf("%04o", a.Mode.Perm())
	switch a.Of {
	case state.AccessFile:
		c.see("permissions.file", problem.Params{"file_mode": mode})
	case state.AccessBackup:
		c.see("permissions.backup", problem.Params{"backup_mode": mode})
	case state.AccessFolder:
		c.see("permissions.folder", problem.Params{"folder_mode": mode})
		c.folder(a, mode, quote)
		return
	}
	params := problem.Params{"path": a.Path, "mode": mode, "command": "chmod 600 " + quote(a.Path)}
	switch perm := a.Mode.Perm(); {
	case unsealed && perm&everyoneElse != 0:
		c.fail(problem.ExitState, Cause{Key: "permissions.unsealed", Params: params})
	case perm&^privateFile != 0:
		c.warn(Cause{Key: "permissions.wide", Params: params})
	}
	if a.Stranger != "" {
		c.warn(Cause{Key: "permissions.owner", Params: problem.Params{
			"path": a.Path, "owner": a.Stranger, "command": `sudo chown "$(id -u)" ` + quote(a.Path),
		}})
	}
}

// folder checks whether others can put another file in this one's place. In a folder
// with the sticky bit they cannot.
func (c *Check) folder(a state.Access, mode string, quote func(string) string) {
	if a.Mode.Perm()&othersWrite != 0 && a.Mode&fs.ModeSticky == 0 {
		c.warn(Cause{Key: "permissions.folder", Params: problem.Params{
			"path": a.Path, "mode": mode, "command": "chmod go-w " + quote(a.Path),
		}})
	}
}
