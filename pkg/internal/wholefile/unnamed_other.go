//go:build !linux

package wholefile

import "errors"

// unnamed is what only Linux can do.
func (file) unnamed() error { return errors.ErrUnsupported }
