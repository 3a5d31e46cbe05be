//go:build !linux

package wholefile

import (
	"errors"
	"io/fs"
)

// replaceUnnamed is what only Linux can do.
func replaceUnnamed(string, []byte, fs.FileMode) error { return errors.ErrUnsupported }
