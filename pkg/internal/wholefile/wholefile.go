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
func Replace(path string, data []byte) error { return replace(path, data, private) }

// ReplaceShared is [Replace] of a file that everybody may read.
func ReplaceShared(path string, data []byte) error { return replace(path, data, shared) }

// The modes that a file can have.
const (
	private fs.FileMode = 0o600
	shared  fs.FileMode = 0o644
)

func replace(path string, data []byte, mode fs.FileMode) error {
	sweep(filepath.Dir(path))
	if replaceUnnamed(path, data, mode) == nil {
		return nil
	}
	return replaceNamed(path, data, mode) // tells what is wrong, if the system is not to blame
}

func replaceNamed(path string, data []byte, mode fs.FileMode) (err error) {
	f, lock, err := openUnfinished(path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
		_ = lock.Close() // it ends with the process in any case
	}()
	if _, err = f.Write(data); mode != private {
		err = errors.Join(err, f.Chmod(mode))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
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
