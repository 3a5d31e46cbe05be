package state

import (
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// replace puts text in place of file, and backup, unless nil, in place of its ".bak".
// Both are complete on the disk before the first rename, so that a full disk stops
// everything in time. The backup goes first: whatever happens then, a scrubbed
// backup never outlives its command. The caller holds the lock.
func (s *Store) replace(file string, text, backup []byte) error {
	folder, err := os.Open(filepath.Dir(file))
	if err != nil {
		return s.unwritable(err)
	}
	defer func() { _ = folder.Close() }() // only read from
	next, old := pendingFile{file, text, ""}, pendingFile{file + ".bak", backup, "backup-"}
	if info, err := os.Lstat(old.name); err == nil && !info.Mode().IsRegular() { // not made here, and a rename would put an end to it
		return problem.Say(problem.StateUnwritable, "backup", problem.Params{"path": s.path, "backup": old.name})
	}
	run := func() error {
		if err := s.prepare(next); err != nil {
			return err
		}
		if backup != nil {
			if err := s.prepare(old); err != nil {
				return err
			}
			if err := s.publish(old); err != nil {
				return err
			}
		}
		if err := s.publish(next); err != nil {
			return err
		}
		return s.step("sync-folder", func() error { return syncFolder(folder) })
	}
	if err := run(); err != nil {
		// Gone already if renamed; what else remains is not worth a second error.
		_, _ = os.Remove(next.temp()), os.Remove(old.temp())
		return s.unwritable(err)
	}
	return nil
}

// pendingFile is one file on its way; prefix names its steps.
type pendingFile struct {
	name   string
	text   []byte
	prefix string
}

// temp is a fixed name, for the lock allows one writer only: the next write replaces
// what a killed one left behind, with the secrets that it may hold.
func (p pendingFile) temp() string {
	return filepath.Join(filepath.Dir(p.name), "."+filepath.Base(p.name)+".tmp")
}

// prepare writes the temporary file through to the disk.
func (s *Store) prepare(p pendingFile) error {
	var f *os.File
	defer func() {
		if f != nil {
			_ = f.Close() // a second close after a good one; its error says nothing
		}
	}()
	for _, todo := range []struct {
		point string
		do    func() error
	}{
		{"create", func() (err error) {
			_ = os.Remove(p.temp())
			f, err = os.OpenFile(p.temp(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			return err
		}},
		{"write", func() error { _, err := f.Write(p.text); return err }},
		{"sync", func() error { return f.Sync() }},
		{"close", func() error { return f.Close() }},
	} {
		if err := s.step(p.prefix+todo.point, todo.do); err != nil {
			return err
		}
	}
	return nil
}

// publish gives a prepared file its name.
func (s *Store) publish(p pendingFile) error {
	return s.step(p.prefix+"rename", func() error { return rename(p.temp(), p.name) })
}
