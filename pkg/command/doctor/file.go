package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/state"
)

// examineFile makes the checks that need no network: the file, who may read it, and
// whether its keys are those of its certificates.
func (x *examination) examineFile(ctx context.Context) ([]check, error) {
	store, err := x.Open()
	if err != nil {
		return nil, err
	}
	access, err := store.Access()
	if err != nil {
		access = nil // that the file cannot be read is told by reading it
	}
	backup := ""
	for _, a := range access {
		if a.Of == state.AccessBackup {
			backup = a.Path
		}
	}
	s, err := x.Env.State(ctx)
	if err != nil {
		damaged := configDamaged(problem.Of(err), store.Path(), x.Global.Config != "", backup, store.BackupServes())
		exposed := problem.Of(err).Key() == "state-unreadable.exposed"
		return []check{damaged, permissionCheck(access, exposed), skippedKeys()}, nil
	}
	x.state = s
	if err := x.choose(); err != nil {
		return nil, err
	}
	keys, err := x.keyCheck(ctx)
	return []check{configFound(store.Path(), s, backup != ""), permissionCheck(access, s.Sealing.UnsealedIdentity != ""), keys}, err
}

// configFound tells of a config file that was read.
func configFound(path string, s *lifecycle.State, backup bool) check {
	c := newCheck(checkConfigFile)
	c.see("config-file.path", problem.Params{"path": path})
	c.see("config-file.profiles", problem.Params{"profiles": strconv.Itoa(len(s.Profiles))})
	if s.TrustRoot != "" {
		c.see("config-file.rehearsal", nil)
	}
	if backup {
		c.see("config-file.backup", nil)
	} else {
		c.see("config-file.no-backup", nil)
	}
	return c
}

// configDamaged tells of one that was not. None at all is where everybody begins, unless
// it was named, which then was a slip. The copy from before helps if it serves, and if this file is the one that is broken.
func configDamaged(err *problem.Error, path string, named bool, backup string, serves bool) check {
	c := newCheck(checkConfigFile)
	if err.Code == problem.NotInitialised && named {
		c.see("config-file.none", problem.Params{"path": path})
		c.warn(fault{key: "config-file.named", params: problem.Params{"path": path}})
		return c
	}
	if err.Code == problem.NotInitialised {
		c.skip("config-file.none", problem.Params{"path": path}, fault{key: "config-file.none"})
		return c
	}
	c.see("config-file.path", problem.Params{"path": path})
	if err.Code == problem.StateDamaged && serves {
		params := problem.Params{"command": "cp " + msg.Quote(backup) + " " + msg.Quote(path)}
		c.fail(problem.ExitState, fault{problem: err}, fault{key: "config-file.backup", params: params})
		return c
	}
	c.fail(problem.ExitState, fault{problem: err})
	return c
}

// Permissions that nobody but the owner needs.
const (
	privateFile  fs.FileMode = 0o600
	everyoneElse fs.FileMode = 0o077
	othersWrite  fs.FileMode = 0o022
)

// permissionCheck judges who may touch the files. What is sealed can be read without
// harm to the keys; with a key in the open, whoever reads the file has it.
func permissionCheck(access []state.Access, unsealed bool) check {
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
		c.access(a, unsealed)
	}
	return c
}

// access judges one file or folder.
func (c *check) access(a state.Access, unsealed bool) {
	mode := fmt.Sprintf("%04o", a.Mode.Perm())
	switch a.Of {
	case state.AccessFile:
		c.see("permissions.file", problem.Params{"file_mode": mode})
	case state.AccessBackup:
		c.see("permissions.backup", problem.Params{"backup_mode": mode})
	case state.AccessFolder:
		c.see("permissions.folder", problem.Params{"folder_mode": mode})
		c.folder(a, mode)
		return
	}
	params := problem.Params{"path": a.Path, "mode": mode, "command": "chmod 600 " + msg.Quote(a.Path)}
	switch perm := a.Mode.Perm(); {
	case unsealed && perm&everyoneElse != 0:
		c.fail(problem.ExitState, fault{key: "permissions.unsealed", params: params})
	case perm&^privateFile != 0:
		c.warn(fault{key: "permissions.wide", params: params})
	}
	if a.Stranger != "" {
		c.warn(fault{key: "permissions.owner", params: problem.Params{
			"path": a.Path, "owner": a.Stranger, "command": `sudo chown "$(id -u)" ` + msg.Quote(a.Path),
		}})
	}
}

// folder judges whether others can put another file in this one's place. In a folder
// with the sticky bit they cannot.
func (c *check) folder(a state.Access, mode string) {
	if a.Mode.Perm()&othersWrite != 0 && a.Mode&fs.ModeSticky == 0 {
		c.warn(fault{key: "permissions.folder", params: problem.Params{
			"path": a.Path, "mode": mode, "command": "chmod go-w " + msg.Quote(a.Path),
		}})
	}
}
