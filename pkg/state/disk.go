package state

import "os"

// Disk is what a write asks of the file system, one step a call. [Open] takes the true one. The
// tests have others: one whose steps fail, one that forgets what was not synced.
type Disk interface {
	// Folder opens a folder, to sync the names in it.
	Folder(name string) (Folder, error)
	// Create makes a file with mode 0600 that is not there yet, under no name that is a link.
	Create(name string) (File, error)
	Remove(name string) error
	// Rename puts a file in the place of another, or of none, at once.
	Rename(from, to string) error
}

// Folder is a folder whose names can be made to last.
type Folder interface {
	Sync() error
	Close() error
}

// File is a file on its way.
type File interface {
	Write(text []byte) (int, error)
	Sync() error
	Close() error
}

// TrueDisk is the file system itself.
type TrueDisk struct{}

// Folder implements [Disk].
func (TrueDisk) Folder(name string) (Folder, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return trueFolder{f}, nil
}

// Create implements [Disk].
func (TrueDisk) Create(name string) (File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Remove implements [Disk].
func (TrueDisk) Remove(name string) error { return os.Remove(name) }

// Rename implements [Disk].
func (TrueDisk) Rename(from, to string) error { return rename(from, to) }

type trueFolder struct{ *os.File }

// Sync makes renames in the folder last beyond a power failure.
func (f trueFolder) Sync() error { return syncFolder(f.File) }
