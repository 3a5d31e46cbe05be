package term

import "golang.org/x/sys/unix"

// Flush implements Device.
func (d device) Flush() error { return unix.IoctlSetInt(int(d.Fd()), unix.TCFLSH, unix.TCIFLUSH) }
