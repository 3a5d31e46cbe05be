package state_test

import (
	"maps"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/state"
)

// way is what becomes of the one step that goes wrong.
type way int

// The ways, after a step that does as it says.
const (
	notDone   way = iota // not done, and reported
	done                 // done, yet reported as failed
	pretended            // not done, and reported as done
)

// badDisk is the true disk with one step that goes wrong. It keeps account of what a power cut
// would leave: what was written and not synced is gone, and a new name in a folder that was not
// synced may be there or not.
type badDisk struct {
	true  state.TrueDisk
	at    int // the number of the bad step; -1 is none
	way   way
	steps []string
	then  func() // after each step

	open    int                // files and folders
	names   map[string]*onDisk // beneath their temporary names
	lasting map[string]*onDisk
	pending []naming // since the folder was synced
}

type onDisk struct{ text, synced string }

type naming struct {
	name string
	file *onDisk
}

func newBadDisk(at int, w way) *badDisk {
	return &badDisk{at: at, way: w, then: func() {}, names: map[string]*onDisk{}, lasting: map[string]*onDisk{}}
}

// holds tells the account what was in a file long before.
func (d *badDisk) holds(name, text string) { d.lasting[name] = &onDisk{text, text} }

func (d *badDisk) step(name string, do func() error) error {
	bad := len(d.steps) == d.at
	d.steps = append(d.steps, name)
	defer func() { d.then() }()
	if bad && d.way != done {
		return map[way]error{notDone: syscall.ENOSPC}[d.way]
	}
	if err := do(); err != nil || !bad {
		return err
	}
	return syscall.ENOSPC
}

// cuts are the texts that files can have after a power cut now, one map for each set of names
// that made it to the disk.
func (d *badDisk) cuts() (all []map[string]string) {
	for set := range 1 << len(d.pending) {
		after := maps.Clone(d.lasting)
		for i, p := range d.pending {
			if set&(1<<i) != 0 {
				after[p.name] = p.file
			}
		}
		texts := map[string]string{}
		for name, file := range after {
			texts[name] = file.synced
		}
		all = append(all, texts)
	}
	return all
}

// Folder implements [state.Disk].
func (d *badDisk) Folder(name string) (state.Folder, error) {
	f := &badFolder{disk: d}
	return f, d.step("open folder", func() (err error) {
		d.open++
		f.true, err = d.true.Folder(name)
		return err
	})
}

// Create implements [state.Disk].
func (d *badDisk) Create(name string) (state.File, error) {
	f := &badFile{disk: d, name: filepath.Base(name), file: &onDisk{}}
	err := d.step("create "+f.name, func() (err error) {
		if f.true, err = d.true.Create(name); err == nil {
			d.open++
			d.names[name] = f.file
		}
		return err
	})
	if err != nil && f.true != nil {
		_ = f.true.Close()
		d.open--
	}
	return f, err
}

// Remove implements [state.Disk].
func (d *badDisk) Remove(name string) error {
	return d.step("remove "+filepath.Base(name), func() error { return d.true.Remove(name) })
}

// Rename implements [state.Disk].
func (d *badDisk) Rename(from, to string) error {
	return d.step("rename to "+filepath.Base(to), func() error {
		err := d.true.Rename(from, to)
		if err == nil {
			d.pending = append(d.pending, naming{to, d.names[from]})
		}
		return err
	})
}

type badFolder struct {
	disk *badDisk
	true state.Folder // nil where it was never opened
}

func (f *badFolder) Sync() error {
	return f.disk.step("sync folder", func() error {
		if f.true == nil {
			return nil
		}
		for _, p := range f.disk.pending {
			f.disk.lasting[p.name] = p.file
		}
		f.disk.pending = nil
		return f.true.Sync()
	})
}

func (f *badFolder) Close() error {
	return f.disk.step("close folder", func() error {
		if f.true == nil {
			return nil
		}
		f.disk.open--
		return f.true.Close()
	})
}

type badFile struct {
	disk *badDisk
	name string
	file *onDisk
	true state.File // nil where it was never made
}

func (f *badFile) Write(text []byte) (int, error) {
	return len(text), f.disk.step("write "+f.name, func() error {
		if f.true == nil {
			return nil
		}
		f.file.text += string(text)
		_, err := f.true.Write(text)
		return err
	})
}

func (f *badFile) Sync() error {
	return f.disk.step("sync "+f.name, func() error {
		if f.true == nil {
			return nil
		}
		f.file.synced = f.file.text
		return f.true.Sync()
	})
}

func (f *badFile) Close() error {
	return f.disk.step("close "+f.name, func() error {
		if f.true == nil {
			return nil
		}
		f.disk.open--
		return f.true.Close()
	})
}

// steps are those of a true write, in order.
func steps() []string {
	const temp, backup = " .config.yaml.tmp", " .config.yaml.bak.tmp"
	return []string{
		"open folder",
		"remove" + backup, "create" + backup, "write" + backup, "sync" + backup, "close" + backup,
		"remove" + temp, "create" + temp, "write" + temp, "sync" + temp, "close" + temp,
		"rename to config.yaml.bak", "rename to config.yaml", "sync folder", "close folder",
	}
}

// TestEveryStepCanFail holds the list of steps against those of a true write.
func TestEveryStepCanFail(t *testing.T) {
	store, disk := stored(t, text(t, 1)), newBadDisk(-1, done)
	if err := state.OpenOn(disk, store.Path()).Update(t.Context(), organization("x")); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(disk.steps, steps()) {
		t.Errorf("steps are %q", disk.steps)
	}
}
