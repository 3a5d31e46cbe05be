package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// memory is where a Linux machine keeps files in memory.
const memory = "/dev/shm"

// inMemory has tests keep their files in memory, where the machine lets them: they make and remove so
// many that a quarter of what they cost went into a disk's bookkeeping. It returns what takes them away. In
// CI they are on a disk, as administrators' files are.
func inMemory() (remove func(), err error) {
	if inCI() {
		return func() {}, nil
	}
	dir, err := os.MkdirTemp(memory, "apnsctl-test-")
	remove = func() { _ = os.RemoveAll(dir) }
	if err != nil || !startsPrograms(dir) {
		return remove, nil //nolint:nilerr // they lie on a disk, then
	}
	onDisk = os.TempDir()
	// As the system's folder, it lets others through: some tests run a program as another user.
	return remove, errors.Join(os.Chmod(dir, 0o711), os.Setenv("TMPDIR", dir))
}

// onDisk is where temporary files lie that are not in memory; empty where all are on disk.
var onDisk string

// startsPrograms tells whether a folder's files can be run: some machines forbid it there.
func startsPrograms(dir string) bool {
	program := filepath.Join(dir, "program")
	return os.WriteFile(program, []byte("#!/bin/sh\n"), 0o700) == nil && exec.CommandContext(context.Background(), program).Run() == nil
}

// anotherDevice is a folder on another device than the tests' files, where this machine has one that
// anybody may use.
func anotherDevice(t *testing.T) string {
	t.Helper()
	parent := memory
	if onDisk != "" {
		parent = onDisk
	}
	dir, err := os.MkdirTemp(parent, "apnsctl-test-") //nolint:usetesting // its folder is on this device
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
