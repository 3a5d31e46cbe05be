//go:build !windows

package state

import (
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// modesCount says that permission bits protect a file here.
const modesCount = true

// rename replaces to by from, atomically (POSIX).
func rename(from, to string) error { return os.Rename(from, to) }

// syncFolder makes renames in a folder last.
func syncFolder(folder *os.File) error { return folder.Sync() }

// stranger is the number of the user who owns a file, if that is not who runs this.
func stranger(info fs.FileInfo) string {
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(owner.Uid) == os.Geteuid() {
		return ""
	}
	return strconv.FormatUint(uint64(owner.Uid), 10)
}
