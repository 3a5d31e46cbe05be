package state

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// modesCount is false: the profile folder's access list protects the file.
const modesCount = false

// rename replaces to by from, written through. A reader or a virus scanner that has
// the file open makes it fail for a moment, so it is tried for about two seconds.
func rename(from, to string) error {
	source, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	target, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	for range 40 {
		err = windows.MoveFileEx(source, target, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
		if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) && !errors.Is(err, windows.ERROR_ACCESS_DENIED) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

// syncFolder does nothing: Windows writes the rename through itself.
func syncFolder(*os.File) error { return nil }

// stranger is nobody: owners count as little as modes.
func stranger(fs.FileInfo) string { return "" }
