package term

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
	"golang.org/x/term"
)

// device is the console, which Windows opens by two names.
type device struct {
	in, out *os.File
	before  *term.State
}

func openDevice() (Device, error) {
	in, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	out, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		return nil, errors.Join(err, in.Close())
	}
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return nil, errors.Join(err, in.Close(), out.Close())
	}
	return device{in, out, before}, nil
}

func (d device) Read(p []byte) (int, error)  { return d.in.Read(p) }
func (d device) Write(p []byte) (int, error) { return d.out.Write(p) }
func (d device) Close() error                { return errors.Join(d.in.Close(), d.out.Close()) }
func (d device) ReadSecret() ([]byte, error) { return term.ReadPassword(int(d.in.Fd())) }

// Flush implements Device; what was typed stays.
func (d device) Flush() error { return nil }

func (d device) MakeRaw() error {
	if !enableColor(d.out) {
		return errors.New("the console knows no escape sequences")
	}
	_, err := term.MakeRaw(int(d.in.Fd()))
	return err
}

func (d device) Restore() error { return term.Restore(int(d.in.Fd()), d.before) }

// enableColor switches the console to escape sequences; older ones refuse.
func enableColor(f *os.File) bool {
	var mode uint32
	h := windows.Handle(f.Fd())
	if err := windows.GetConsoleMode(h, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
