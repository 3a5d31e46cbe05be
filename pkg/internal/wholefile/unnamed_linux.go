package wholefile

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// unnamed writes a file that has no name before it is whole, so that a kill leaves nothing of it
// (open(2), O_TMPFILE). It is held by us when it gets one, and the sweep of another run leaves it
// alone. Not every file system can do that.
func (w file) unnamed() error {
	folder := filepath.Dir(w.path)
	fd, err := unix.Open(folder, unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), w.path)
	defer f.Close()
	if err = w.fill(f); err == nil {
		err = unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
	}
	if err != nil {
		return err
	}
	name := filepath.Join(folder, "."+filepath.Base(w.path)+"."+rand.Text()+unfinished)
	if err := w.step("link", func() error {
		return unix.Linkat(unix.AT_FDCWD, "/proc/self/fd/"+strconv.Itoa(fd), unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW)
	}); err != nil {
		return err
	}
	if err := w.rename(name); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}
