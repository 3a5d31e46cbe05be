//go:build !windows

package term

import (
	"errors"
	"os"

	"golang.org/x/term"
)

type device struct {
	*os.File
	before *term.State
}

func openDevice() (Device, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	before, err := term.GetState(int(f.Fd()))
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return device{f, before}, nil
}

func (d device) ReadSecret() ([]byte, error) { return term.ReadPassword(int(d.Fd())) }

func (d device) MakeRaw() error {
	_, err := term.MakeRaw(int(d.Fd()))
	return err
}

func (d device) Restore() error { return term.Restore(int(d.Fd()), d.before) }

func enableColor(*os.File) bool { return true }
