//go:build !windows

package term

import (
	"os"

	"golang.org/x/term"
)

type device struct{ *os.File }

func openDevice() (Device, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return device{f}, nil
}

func (d device) ReadSecret() ([]byte, error) { return term.ReadPassword(int(d.Fd())) }

func enableColor(*os.File) bool { return true }
