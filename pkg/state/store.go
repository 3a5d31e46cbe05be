package state

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/apnsctl/apnsctl/pkg/internal/sidebyside"
	"github.com/apnsctl/apnsctl/pkg/internal/wait"
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
// before (".bak"), which is not replaced while it holds a private key that the file lacks. What
// a crash can leave besides is an unfinished file of a fixed name in the same folder, never
// read, and replaced by the next write.
//
// A file that cannot be decoded is never overwritten. All files have mode 0600. A
// symbolic link is followed, so that the link stays and lock, copy and temporary
// files lie beside the real file. Another name for it (a hard link) is cut off by
// the first write.
type Store struct {
	// Remark, where it is set, is told once that an update left the version before as it is, for it
	// holds private keys that the file does not hold: their count, and [Store.Places].
	Remark   func(problem.Params)
	remarked sync.Once
	path     string
	disk     Disk
}

// Open names the state file; it touches nothing.
func Open(path string) *Store { return OpenOn(TrueDisk{}, path) }

// OpenOn is [Open] for a file that is written by way of another disk.
func OpenOn(disk Disk, path string) *Store { return &Store{path: path, disk: disk} }

// Path is the path that the store was opened with.
func (s *Store) Path() string { return s.path }

// View reads the state. Its errors have the codes [problem.NotInitialised],
// [problem.StateUnreadable], [problem.StateDamaged] and [problem.StateNewer].
func (s *Store) View(ctx context.Context) (*lifecycle.State, error) { return s.ViewOne(ctx, "") }

// ViewOne is View for a question about one profile. It may leave all others unread but those
// with a topic or a key of that profile, and names them in [lifecycle.State.Unread]. A fault
// within an unread one goes unnoticed until it is looked at, or until anything is written.
func (s *Store) ViewOne(ctx context.Context, profile string) (*lifecycle.State, error) {
	if err := ctx.Err(); err != nil {
		return nil, problem.New(problem.Interrupted, nil).Because(err)
	}
	doc, err := s.read(ctx, s.path, profile)
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

// Vacant tells why no file may be made here: a folder is ([problem.Usage], sentence "config-folder"), one exists,
// whatever is in it ("config-exists"), or is gone, and the version before has the private keys that are left of it
// ("config-lost").
func (s *Store) Vacant() error {
	switch err := s.folder(true); {
	case err != nil:
		return err
	case s.There():
		return problem.Say(problem.Usage, "config-exists", problem.Params{"path": s.path})
	case s.BackupServes() && s.backupHoldsKeys():
		return problem.Say(problem.Usage, "config-lost", s.Places())
	}
	return nil
}

// There tells whether anything lies where the file belongs.
func (s *Store) There() bool {
	_, err := os.Lstat(s.Files()[0])
	return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
}

// Create makes the file with its folders (0700), if the place is [Store.Vacant].
func (s *Store) Create(ctx context.Context, st *lifecycle.State) error {
	text, err := Encode(nil, st)
	if err == nil {
		err = completeOnWrite(st)
	}
	if err != nil {
		return err
	}
	file, err := Follow(s.path)
	if err != nil {
		return s.unwritable(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return s.unwritable(err)
	}
	return s.locked(ctx, file, func() error {
		if err := s.Vacant(); err != nil {
			return err
		}
		return s.replace(file, text, nil)
	})
}

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
	file, err := Follow(s.path)
	if err != nil {
		return s.unreadable(err)
	}
	if err := s.ordinary(file); err != nil { // before the lock file is made in a wrong place
		return err
	}
	return s.locked(ctx, file, func() error {
		doc, err := s.read(ctx, file, "")
		if err != nil {
			return err
		}
		next := canonical(doc.state)
		if err := change(next); err != nil {
			return err
		}
		text, err := doc.encode(next)
		if err == nil {
			err = completeOnWrite(next)
		}
		if err != nil || o.idle(doc.text, text) {
			return err
		}
		return o.tell(s.put(file, doc.text, text, o.scrub), doc.text, text)
	})
}

// ordinary refuses what is no ordinary file: the rename would put an end to it.
func (s *Store) ordinary(file string) error {
	switch info, err := os.Stat(file); {
	case err != nil:
		return s.unreadable(err)
	case !info.Mode().IsRegular():
		return problem.Say(problem.StateUnwritable, "not-a-file", problem.Params{"path": s.path})
	}
	return nil
}

// read reads and decodes file; its problems name the store's path. A pipe in its place may
// let it wait, until ctx ends.
func (s *Store) read(ctx context.Context, file, only string) (*document, error) {
	doc, err := wait.For(ctx.Done(), func() (*document, error) { return s.load(file, only) })
	if errors.Is(err, context.Canceled) {
		return nil, s.stopped(ctx)
	}
	if p, ok := errors.AsType[*problem.Error](err); ok {
		if p.Params == nil {
			p.Params = problem.Params{}
		}
		p.Params["path"] = s.path
	}
	return doc, err
}

// load reads and decodes file.
func (s *Store) load(file, only string) (*document, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, s.unreadable(err)
	}
	defer func() { _ = f.Close() }() // only read from
	info, err := f.Stat()
	if err != nil {
		return nil, s.unreadable(err)
	}
	if err := s.folder(false); err != nil {
		return nil, err
	}
	text, err := readWhole(f, info)
	if err != nil {
		return nil, s.unreadable(err)
	}
	doc, err := parseOnly(text, steps(), only)
	if err == nil {
		err = complete(doc.state)
	}
	if err != nil {
		if found := conflict(file, text); found != nil {
			err = found
		}
		return nil, err
	}
	if doc.state.Sealing.UnsealedIdentity != "" && wide(info) {
		return nil, problem.Say(problem.StateUnreadable, "exposed", problem.Params{"path": s.path, "mode": fmt.Sprintf("%04o", info.Mode().Perm())})
	}
	return doc, nil
}

// readWhole reads a file, a little more than is allowed of one too large. The parts of a large
// file are read side by side, for it takes longer to find the memory than to copy.
func readWhole(f *os.File, info fs.FileInfo) ([]byte, error) {
	if !info.Mode().IsRegular() {
		return io.ReadAll(io.LimitReader(f, maxSize+1))
	}
	const part = 4 << 20
	parts := int(min(info.Size(), maxSize) / part)
	text, errs := make([]byte, parts*part, min(info.Size(), maxSize)+bytes.MinRead), make([]error, parts)
	sidebyside.Each(parts, func() func(int) {
		return func(i int) { _, errs[i] = f.ReadAt(text[i*part:(i+1)*part], int64(i*part)) }
	})
	rest, err := io.ReadAll(io.NewSectionReader(f, int64(len(text)), maxSize+1-int64(len(text))))
	return append(text, rest...), errors.Join(errors.Join(errs...), err)
}

// wide tells whether others than its owner can open a file.
func wide(info fs.FileInfo) bool {
	return modesCount && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0
}

// stopped is why a wait has ended: at a signal, or because it took too long.
func (s *Store) stopped(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return problem.New(problem.StateLocked, problem.Params{"path": s.path}).Because(ctx.Err())
	}
	return problem.New(problem.Interrupted, nil).Because(ctx.Err())
}

func (s *Store) unreadable(err error) error {
	code := problem.StateUnreadable
	if errors.Is(err, fs.ErrNotExist) {
		code = problem.NotInitialised
	}
	return problem.New(code, problem.Params{"path": s.path}).Because(err)
}

func (s *Store) unwritable(err error) error {
	if !s.There() {
		return problem.Say(problem.StateUnwritable, "none", problem.Params{"path": s.path}).Because(err)
	}
	return problem.New(problem.StateUnwritable, problem.Params{"path": s.path}).Because(err)
}

// Follow finds what symbolic links lead to, even if it does not exist yet.
func Follow(path string) (string, error) {
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
