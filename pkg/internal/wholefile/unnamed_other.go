//go:build !linux

package wholefile

import "errors"

// replaceUnnamed is what only Linux can do.
func replaceUnnamed(string, []byte) error { return errors.ErrUnsupported }
