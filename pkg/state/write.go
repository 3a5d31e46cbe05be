package state

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Option changes how [Store.Update] writes.
type Option func(*options)

type options struct {
	scrub, prove bool
	written      func()
}

// ScrubBackup makes the copy of the version before equal to the new version, for
// changes after which the old one must not stay: a purge, another passphrase. It is
// done even when the state did not change, and refused while that copy holds private keys that
// the file does not hold: [problem.StateUnwritable], sentence "strays".
func ScrubBackup() Option { return func(o *options) { o.scrub = true } }

// Prove writes the file, and the copy of the version before, even where nothing has changed: each
// with what it holds. So it is known that a change could be kept, before what cannot be undone.
func Prove() Option { return func(o *options) { o.prove = true } }

// OnWritten calls do when the file has another content than before, and not when there was nothing to change.
func OnWritten(do func()) Option { return func(o *options) { o.written = do } }

// idle tells that there is nothing to write: the text is as it was.
func (o options) idle(was, text []byte) bool { return !o.scrub && !o.prove && bytes.Equal(was, text) }

// tell tells of a change that was written, and returns the error of writing.
func (o options) tell(err error, was, text []byte) error {
	if err == nil && o.written != nil && !bytes.Equal(was, text) {
		o.written()
	}
	return err
}

// replace puts text in place of file, and backup, unless nil, in place of its ".bak".
// Both are complete on the disk before the first rename, so that a full disk stops
// everything in time. The backup goes first: whatever happens then, a scrubbed
// backup never outlives its command. The caller holds the lock.
func (s *Store) replace(file string, text, backup []byte) error {
	folder, err := s.disk.Folder(filepath.Dir(file))
	if err != nil {
		return s.unwritable(err)
	}
	defer func() { _ = folder.Close() }() // only read from
	next, old := pendingFile{file, text}, pendingFile{file + ".bak", backup}
	for _, name := range []string{old.name, next.temp(), old.temp()} {
		if info, err := os.Lstat(name); err == nil && !info.Mode().IsRegular() { // not made here, and it would come to an end
			return s.strange(name)
		}
	}
	files := []pendingFile{next}
	if backup != nil {
		files = []pendingFile{old, next}
	}
	if err := s.exchange(folder, files); err != nil {
		// Gone already if renamed; what else remains is not worth a second error.
		_, _ = s.disk.Remove(next.temp()), s.disk.Remove(old.temp())
		return s.unwritable(err)
	}
	return nil
}

// strange is what lies in the place of a file that belongs to a store, and is none.
func (s *Store) strange(name string) error {
	return problem.Say(problem.StateUnwritable, "backup", problem.Params{"path": s.path, "backup": name})
}

// exchange writes all files, gives them their names in their order, and makes the names last.
func (s *Store) exchange(folder Folder, files []pendingFile) error {
	for _, p := range files {
		if err := s.prepare(p); err != nil {
			return err
		}
	}
	for _, p := range files {
		if err := s.disk.Rename(p.temp(), p.name); err != nil {
			return err
		}
	}
	return folder.Sync()
}

// pendingFile is one file on its way.
type pendingFile struct {
	name string
	text []byte
}

// temp is a fixed name, for the lock allows one writer only: the next write replaces
// what a killed one left behind, with the secrets that it may hold.
func (p pendingFile) temp() string {
	return filepath.Join(filepath.Dir(p.name), "."+filepath.Base(p.name)+".tmp")
}

// prepare writes the temporary file through to the disk.
func (s *Store) prepare(p pendingFile) error {
	_ = s.disk.Remove(p.temp()) // what is there still, fails to be created
	f, err := s.disk.Create(p.temp())
	if err != nil {
		return err
	}
	_, err = f.Write(p.text)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
