//go:build !windows

package state

import "os"

// modesCount says that permission bits protect a file here.
const modesCount = true

// rename replaces to by from, atomically (POSIX).
func rename(from, to string) error { return os.Rename(from, to) }

// syncFolder makes renames in a folder last beyond a power failure.
func syncFolder(folder *os.File) error { return folder.Sync() }
