//go:build !windows && !linux

package term

import "golang.org/x/sys/unix"

// readQueue is FREAD of sys/fcntl.h: what was typed, not what is to be shown.
const readQueue = 1

// Flush implements Device.
func (d device) Flush() error {
	return unix.IoctlSetPointerInt(int(d.Fd()), unix.TIOCFLUSH, readQueue)
}
