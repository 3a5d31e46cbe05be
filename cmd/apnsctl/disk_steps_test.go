package main

import (
	"os"

	"github.com/apnsctl/apnsctl/pkg/state"
)

// stepDisk is the true disk with something before each step of a write, and in the middle of
// what is written.
type stepDisk struct {
	state.TrueDisk
	step func()
}

// killing is a disk on which the program dies before the step of that number, counted from 1.
func killing(left int) state.Disk {
	return stepDisk{step: func() {
		if left--; left != 0 {
			return
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		if err != nil {
			panic(err)
		}
		select {} // it comes at any moment
	}}
}

// counting is a disk that writes a byte into a file at each step.
func counting(path string) state.Disk {
	return stepDisk{step: func() {
		f := must(os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600))
		must(f.Write([]byte{'.'}))
		must(0, f.Close())
	}}
}

// Folder implements [state.Disk].
func (d stepDisk) Folder(name string) (state.Folder, error) {
	d.step()
	f, err := d.TrueDisk.Folder(name)
	return stepFolder{f, d.step}, err
}

// Create implements [state.Disk].
func (d stepDisk) Create(name string) (state.File, error) {
	d.step()
	f, err := d.TrueDisk.Create(name)
	return stepFile{f, d.step}, err
}

// Remove implements [state.Disk].
func (d stepDisk) Remove(name string) error {
	d.step()
	return d.TrueDisk.Remove(name)
}

// Rename implements [state.Disk].
func (d stepDisk) Rename(from, to string) error {
	d.step()
	return d.TrueDisk.Rename(from, to)
}

type stepFolder struct {
	state.Folder
	step func()
}

// Sync implements [state.Folder].
func (f stepFolder) Sync() error {
	f.step()
	return f.Folder.Sync()
}

// Close implements [state.Folder].
func (f stepFolder) Close() error {
	f.step()
	return f.Folder.Close()
}

type stepFile struct {
	state.File
	step func()
}

// Write implements [state.File].
func (f stepFile) Write(text []byte) (int, error) {
	f.step()
	n, err := f.File.Write(text[:len(text)/2])
	if err != nil {
		return n, err
	}
	f.step()
	m, err := f.File.Write(text[n:])
	return n + m, err
}

// Sync implements [state.File].
func (f stepFile) Sync() error {
	f.step()
	return f.File.Sync()
}

// Close implements [state.File].
func (f stepFile) Close() error {
	f.step()
	return f.File.Close()
}
