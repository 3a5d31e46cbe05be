// Package wholefile writes a file as a whole or not at all, and clears away what killed writers
// have left behind: it may hold a private key.
package wholefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gofrs/flock"
)

// unfinished ends the names of files that are being written. One that nobody holds was
// left behind by a kill, and may hold a private key.
const unfinished = ".apnsctl-tmp"

// Replace writes a temporary file beside path and renames it, so that no reader sees
// half a key. Where the system can do that, the file gets its name when it is whole; elsewhere a
// kill leaves it behind, and the next write into the folder clears it away.
func Replace(path string, data []byte) error { return file{path, data, private, take}.replace() }

// ReplaceShared is [Replace] of a file that everybody may read.
func ReplaceShared(path string, data []byte) error { return file{path, data, shared, take}.replace() }

// The modes that a file can have.
const (
	private fs.FileMode = 0o600
	shared  fs.FileMode = 0o644
)

// file is a file on its way.
type file struct {
	path string
	data []byte
	mode fs.FileMode
	step step
}

// step takes one step of a write. Tests have others than [take]: one that fails, before or after
// what it does, and one that does nothing.
type step func(name string, do func() error) error

func take(_ string, do func() error) error { return do() }

func (w file) replace() error {
	sweep(filepath.Dir(w.path))
	if w.unnamed() != nil {
		if err := w.named(); err != nil { // it tells what is wrong, if the system is not to blame
			return err
		}
	}
	// The file is there and whole. That its name outlives a power failure not every system can promise.
	_ = w.step("sync folder", func() error { return syncFolder(filepath.Dir(w.path)) })
	return nil
}

// named writes under a temporary name.
func (w file) named() (err error) {
	f, lock, err := openUnfinished(w.path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
		_ = lock.Close() // it ends with the process in any case
	}()
	if err = errors.Join(w.fill(f), w.step("close", f.Close)); err != nil {
		return err
	}
	return w.rename(f.Name())
}

// fill writes the file's content to the disk.
func (w file) fill(f *os.File) error {
	err := w.step("write", func() error { _, err := f.Write(w.data); return err })
	if err == nil && w.mode != private {
		err = w.step("mode", func() error { return f.Chmod(w.mode) })
	}
	if err == nil {
		err = w.step("sync", f.Sync)
	}
	return err
}

func (w file) rename(from string) error {
	return w.step("rename", func() error { return os.Rename(from, w.path) })
}

// syncFolder makes the names in a folder last. Windows writes a rename through itself.
func syncFolder(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// openUnfinished makes the temporary file, with mode 0600, and holds it. Another run's sweep may take
// it away before it is held.
func openUnfinished(path string) (*os.File, *flock.Flock, error) {
	const tries = 100
	for range tries {
		f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*"+unfinished)
		if err != nil {
			return nil, nil, err
		}
		lock, held := hold(f.Name())
		if held && isThere(f) {
			return f, lock, nil
		}
		_, _, _ = lock.Close(), f.Close(), os.Remove(f.Name()) // the sweep's now
	}
	return nil, nil, errors.New("other runs take the temporary file away")
}

// isThere tells whether an open file still has its name.
func isThere(f *os.File) bool {
	open, err1 := f.Stat()
	named, err2 := os.Stat(f.Name())
	return err1 == nil && err2 == nil && os.SameFile(open, named)
}

// hold takes the lock of a temporary file, which ends with the process. Windows needs none,
// for there nobody can remove a file that is open.
func hold(name string) (*flock.Flock, bool) {
	lock := flock.New(name, flock.SetFlag(os.O_RDWR))
	if runtime.GOOS == "windows" {
		return lock, true
	}
	held, err := lock.TryLock()
	return lock, held && err == nil
}

// sweep removes temporary files that nobody holds. What cannot be removed is somebody
// else's.
func sweep(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return // writing into the folder tells
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !strings.HasPrefix(entry.Name(), ".") || !strings.HasSuffix(entry.Name(), unfinished) {
			continue
		}
		name := filepath.Join(folder, entry.Name())
		lock, held := hold(name)
		if held {
			_ = os.Remove(name)
		}
		_ = lock.Close()
	}
}
