package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/state"
)

// diskOf is the disk that a run of the program has by TEST_DISK; nil is the true one.
func diskOf(text string) state.Disk {
	kind, value, _ := strings.Cut(text, " at ")
	switch kind {
	case "":
		return nil
	case "full":
		return fullDisk{err: syscall.ENOSPC}
	case "over its share":
		return fullDisk{err: syscall.EDQUOT}
	case "broken":
		return fullDisk{err: syscall.EIO}
	case "fills":
		return &fillingDisk{left: must(strconv.Atoi(value))}
	case "read-only":
		return readOnlyDisk{}
	case "counts":
		return counting(value)
	case "kills":
		return killing(must(strconv.Atoi(value)))
	}
	panic("no disk " + text)
}

// diskKills is the variable of a disk on which the program dies before a step, counted from 1.
func diskKills(step int) string { return "TEST_DISK=kills at " + strconv.Itoa(step) }

// steps runs the program to its end and counts the steps of the disk.
func (e errand) steps(t *testing.T) (steps, status int, said string) {
	t.Helper()
	count := filepath.Join(t.TempDir(), "count")
	e.Env = append(e.Env, "TEST_DISK=counts at "+count)
	status, said = e.ends(t)
	return len(fileText(t, count)), status, said
}

// fullDisk is a disk with room for half of a file.
type fullDisk struct {
	state.TrueDisk
	err error
}

type fullFile struct {
	state.File
	err error
}

// Create implements [state.Disk].
func (d fullDisk) Create(name string) (state.File, error) {
	f, err := d.TrueDisk.Create(name)
	return fullFile{f, d.err}, err
}

// Write implements [state.File].
func (f fullFile) Write(text []byte) (int, error) {
	n, _ := f.File.Write(text[:len(text)/2])
	return n, f.err
}

// fillingDisk is a disk that is full after so many files.
type fillingDisk struct {
	fullDisk
	left int
}

// Create implements [state.Disk].
func (d *fillingDisk) Create(name string) (state.File, error) {
	if d.left--; d.left >= 0 {
		return d.TrueDisk.Create(name)
	}
	d.err = syscall.ENOSPC
	return d.fullDisk.Create(name)
}

// readOnlyDisk is a disk where nothing new can be.
type readOnlyDisk struct{ state.TrueDisk }

// Create implements [state.Disk].
func (readOnlyDisk) Create(name string) (state.File, error) {
	return nil, &os.PathError{Op: "open", Path: name, Err: syscall.EROFS}
}
