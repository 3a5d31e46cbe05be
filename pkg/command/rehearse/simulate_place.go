package rehearse

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// checkPlaces refuses places where nothing can be written, before anything is started: a folder that is a
// file, and a ready file in a folder that nobody makes.
func (o *simulateOptions) checkPlaces() error {
	if o.dir != "" {
		if at, folder := nearest(o.dir); !folder {
			return problem.Say(problem.ListenFailed, "dir", problem.Params{"file": at, "command": o.again("dir") + " --dir DIR"})
		}
	}
	folder := filepath.Dir(o.readyFile)
	if at, is := nearest(folder); o.readyFile != "" && (!is || at != filepath.Clean(folder) && !o.makes(folder)) {
		return problem.Say(problem.ListenFailed, "ready-file", problem.Params{
			"file": o.readyFile, "folder": folder, "command": o.again("ready-file") + " --ready-file FILE",
		})
	}
	return nil
}

// makes tells whether a folder comes into being with that of --dir, or with the files of a stand-in.
func (o *simulateOptions) makes(folder string) bool {
	if o.server != "" && o.dir == "" {
		return true
	}
	dir, err := filepath.Abs(cmp.Or(o.dir, os.DevNull))
	folder, other := filepath.Abs(folder)
	way, apart := filepath.Rel(folder, dir)
	return o.dir != "" && errors.Join(err, other, apart) == nil && filepath.IsLocal(way)
}

// nearest is what is there of a path, and whether it is a folder. What cannot be looked at is left to
// whoever writes there.
func nearest(path string) (at string, folder bool) {
	for at = filepath.Clean(path); ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err == nil || at == filepath.Dir(at) {
			return at, err != nil || info.IsDir()
		}
	}
}

// notStarted is why the simulator does not run: its ports, or the files that it writes.
func (o *simulateOptions) notStarted(err error) error {
	if foreign, ok := errors.AsType[*simulator.ForeignFileError](err); ok {
		return problem.Say(problem.Usage, "simulate-foreign", problem.Params{"file": foreign.Path, "command": o.again("dir", "ready-file")}).Because(err)
	}
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		return problem.Say(problem.ListenFailed, "files", problem.Params{"file": file.Path, "detail": file.Err.Error(), "command": o.again("dir") + " --dir DIR"}).Because(err)
	}
	if used, ok := errors.AsType[*simulator.InUseError](err); ok {
		command := o.again("dir", "ready-file") + " --dir DIR"
		if o.readyFile != "" { // which may be the other's too
			command += " --ready-file FILE"
		}
		return problem.Say(problem.ListenFailed, "in-use", problem.Params{"folder": used.Dir, "command": command}).Because(err)
	}
	if at, ok := errors.AsType[*simulator.AddressError](err); ok {
		text := "taken"
		if errors.Is(err, simulator.ErrNoLoopback) {
			text = "address"
		}
		return problem.Say(problem.ListenFailed, text, problem.Params{
			"flag": "--" + at.Side, "value": at.Address, "detail": at.Err.Error(), "command": o.again(at.Side) + " --" + at.Side + " " + at.Instead,
		}).Because(err)
	}
	return problem.New(problem.ListenFailed, problem.Params{"detail": err.Error()}).Because(err)
}

// again is the command as it was typed, without the flags named, for a hint that repeats it.
func (o *simulateOptions) again(without ...string) string {
	return typed.Line(o.command, "", without...)
}
