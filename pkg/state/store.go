package state

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Store is the one state file at a path.
//
// Any number of processes and goroutines may use stores of the same file at the same
// time. Writers take turns: [Store.Create] and [Store.Update] hold an exclusive lock
// on a file beside it, which the kernel releases when a process dies. Readers take
// no lock and never wait: a write replaces the file by a rename, so that
// [Store.View] sees one version, whole, also in a folder that it may only read.
//
// An update is atomic. Its function sees what is in the file at that moment, not
// what the caller saw before, and works on a copy; if it fails, or changes nothing,
// nothing is written. A crash or kill at any instant leaves the version before or
// the version after, never a mixture; the same holds for the copy of the version
// before (".bak"). What a crash can leave besides is an unfinished file of a fixed
// name in the same folder, never read, and replaced by the next write.
//
// A file that cannot be decoded is never overwritten. All files have mode 0600. A
// symbolic link is followed, so that the link stays and lock, copy and temporary
// files lie beside the real file. Another name for it (a hard link) is cut off by
// the first write.
type Store struct {
	path string
	// step runs one step of a write. Tests let steps fail, done or not done.
	step func(point string, do func() error) error
}

// Open names the state file; it touches nothing.
func Open(path string) *Store {
	return &Store{path: path, step: func(_ string, do func() error) error { return do() }}
}

// Path is the path that the store was opened with.
func (s *Store) Path() string { return s.path }

// View reads the state. Its errors have the codes [problem.NotInitialised],
// [problem.StateUnreadable], [problem.StateDamaged] and [problem.StateNewer].
func (s *Store) View(ctx context.Context) (*lifecycle.State, error) {
	if err := ctx.Err(); err != nil {
		return nil, problem.New(problem.Interrupted, nil).Because(err)
	}
	doc, err := s.read(s.path)
	if err != nil {
		return nil, err
	}
	return doc.state, nil
}

// Mode tells the permissions of the file, and whether they are wider than 0600 on a
// system where that says something. The next write narrows them.
func (s *Store) Mode() (perm fs.FileMode, wide bool, err error) {
	info, err := os.Stat(s.path)
	if err != nil {
		return 0, false, s.unreadable(err)
	}
	perm = info.Mode().Perm()
	return perm, modesCount && perm&^0o600 != 0, nil
}

// Create makes the file with its folders (0700). A file that exists, whatever is in
// it, is refused: [problem.Usage], sentence "config-exists".
func (s *Store) Create(ctx context.Context, st *lifecycle.State) error {
	text, err := Encode(nil, st)
	if err != nil {
		return err
	}
	file, err := follow(s.path)
	if err != nil {
		return s.unwritable(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return s.unwritable(err)
	}
	return s.locked(ctx, file, func() error {
		if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
			return problem.Say(problem.Usage, "config-exists", problem.Params{"path": s.path})
		}
		return s.replace(file, text, nil)
	})
}

// Option changes how [Store.Update] writes.
type Option func(*options)

type options struct{ scrub bool }

// ScrubBackup makes the copy of the version before equal to the new version, for
// changes after which the old one must not stay: a purge, another passphrase. It is
// done even when the state did not change.
func ScrubBackup() Option { return func(o *options) { o.scrub = true } }

// Update changes the state by change, which gets a copy of what is in the file now.
// It waits for another writer as long as ctx allows. An error of change is returned
// as it is, and the file stays untouched; so it does for [problem.StateLocked],
// [problem.StateDamaged], [problem.StateNewer] and [problem.NotInitialised]. After
// [problem.StateUnwritable] the file is the old or the new one, whole.
func (s *Store) Update(ctx context.Context, change func(*lifecycle.State) error, opts ...Option) error {
	var o options
	for _, set := range opts {
		set(&o)
	}
	file, err := follow(s.path)
	if err != nil {
		return s.unreadable(err)
	}
	if _, err := os.Stat(file); err != nil {
		return s.unreadable(err) // before the lock file is made in a wrong place
	}
	return s.locked(ctx, file, func() error {
		doc, err := s.read(file)
		if err != nil {
			return err
		}
		next := canonical(doc.state)
		if err := change(next); err != nil {
			return err
		}
		text, err := doc.encode(next)
		switch {
		case err != nil:
			return err
		case o.scrub:
			return s.replace(file, text, text)
		case bytes.Equal(text, doc.text):
			return nil
		}
		return s.replace(file, text, doc.text)
	})
}

// read reads and decodes file; its problems name the store's path.
func (s *Store) read(file string) (*document, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, s.unreadable(err)
	}
	defer func() { _ = f.Close() }() // only read from
	info, err := f.Stat()
	if err != nil {
		return nil, s.unreadable(err)
	}
	var text bytes.Buffer
	text.Grow(int(min(info.Size(), maxSize)) + bytes.MinRead)
	if _, err := text.ReadFrom(io.LimitReader(f, maxSize+1)); err != nil {
		return nil, s.unreadable(err)
	}
	doc, err := parse(text.Bytes(), steps())
	if err == nil {
		err = sound(doc.state)
	}
	if p, ok := errors.AsType[*problem.Error](err); ok {
		if p.Params == nil {
			p.Params = problem.Params{}
		}
		p.Params["path"] = s.path
	}
	return doc, err
}

func (s *Store) unreadable(err error) error {
	code := problem.StateUnreadable
	if errors.Is(err, fs.ErrNotExist) {
		code = problem.NotInitialised
	}
	return problem.New(code, problem.Params{"path": s.path}).Because(err)
}

func (s *Store) unwritable(err error) error {
	return problem.New(problem.StateUnwritable, problem.Params{"path": s.path}).Because(err)
}

// follow finds what symbolic links lead to, even if it does not exist yet.
func follow(path string) (string, error) {
	for range 40 {
		link, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // not a link, or nothing: this is the place
		}
		if !filepath.IsAbs(link) {
			folder, err := filepath.EvalSymlinks(filepath.Dir(path))
			if err != nil {
				return "", err
			}
			link = filepath.Join(folder, link)
		}
		path = link
	}
	return "", &fs.PathError{Op: "follow", Path: path, Err: errors.New("too many symbolic links")}
}
