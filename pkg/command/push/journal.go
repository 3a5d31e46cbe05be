package push

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/apnsctl/apnsctl/pkg/journal"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pushJournal is the file of --results.
type pushJournal struct {
	file    *os.File     // nil without --results
	regular bool         // a pipe or device has no past, and nothing to cut or sync
	lock    *flock.Flock // nil where there is nothing to lock
}

// openJournal begins the journal of a run, or lets the run go on with an old one.
func (o *pushOptions) openJournal(ctx context.Context, run *fleet.Run) (*pushJournal, error) {
	l := &pushJournal{}
	if _, err := rand.Read(run.ID[:]); err != nil {
		return nil, err
	}
	if o.results == "" {
		return l, nil
	}
	var err error
	if run.Hash, err = o.input.hash(); err != nil {
		return nil, err
	}
	if l.lock, err = lockJournal(o.results); err != nil {
		return nil, err
	}
	if l.file, err = o.openResults(); err != nil {
		return nil, errors.Join(err, l.unlock())
	}
	if err := l.begin(ctx, o.results, run); err != nil {
		return nil, errors.Join(err, l.file.Close(), l.unlock())
	}
	run.Journal = l
	return l, nil
}

// lockJournal keeps others off a journal as long as this run writes it: two would tear
// each other's lines, and --force would take the file away from under a run. As with the
// config file, the lock is an empty file beside it, which stays; the lock itself ends with
// the process. A link is followed first, for it is a second name of one journal. Where a
// pipe or a device takes the lines, there is nothing to lock.
func lockJournal(name string) (*flock.Flock, error) {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil, nil //nolint:nilnil // no lock is no error
	}
	lock := flock.New(name+".lock", flock.SetPermissions(0o600))
	switch taken, err := lock.TryLock(); {
	case err != nil:
		return nil, disk.Unwritable(name, err)
	case !taken:
		return nil, problem.New(problem.JournalLocked, problem.Params{"file": name})
	}
	return lock, nil
}

func (l *pushJournal) unlock() error {
	if l.lock == nil {
		return nil
	}
	return l.lock.Close()
}

// openResults opens the file. An old journal is not lost to a new run.
func (o *pushOptions) openResults() (*os.File, error) {
	flags := os.O_RDWR | os.O_CREATE
	switch {
	case o.resume:
	case o.force:
		flags |= os.O_TRUNC
	default:
		flags |= os.O_EXCL
	}
	if info, err := os.Stat(o.results); err == nil && !info.Mode().IsRegular() {
		flags = os.O_WRONLY // of a pipe, somebody else is the reader
	}
	f, err := wait.For(o.IO.Done, func() (*os.File, error) { return os.OpenFile(o.results, flags, 0o600) })
	switch {
	case errors.Is(err, context.Canceled):
		return nil, err
	case errors.Is(err, fs.ErrExist):
		return nil, o.exists()
	case err != nil:
		return nil, disk.Unwritable(o.results, err)
	}
	return f, nil
}

// exists is why a file is not overwritten; with one that is no journal no run can go on.
func (o *pushOptions) exists() error {
	const enough = 64 << 10
	if f, err := os.Open(o.results); err == nil {
		defer f.Close()
		if _, err := journal.Read(o.results, io.LimitReader(f, enough), func(*apns.Result) {}); err != nil && problem.Of(err).Key() == "file-damaged.no-journal" {
			return problem.Say(problem.OutputExists, "no-journal", problem.Params{"file": o.results})
		}
	}
	return problem.Say(problem.OutputExists, "journal", problem.Params{"file": o.results, "command": o.again("force") + " --resume"})
}

// begin lets the run read what the file holds, and cuts a torn tail off.
func (l *pushJournal) begin(ctx context.Context, name string, run *fleet.Run) error {
	info, err := l.file.Stat()
	if err != nil {
		return disk.Unwritable(name, err)
	}
	l.regular = info.Mode().IsRegular()
	if !l.regular { // the pipe may be full, and its reader asleep
		context.AfterFunc(ctx, func() { _ = l.file.SetWriteDeadline(time.Unix(1, 0)) })
		return nil
	}
	whole, err := run.Resume(name, l.file)
	if _, told := errors.AsType[*problem.Error](err); told {
		return err
	}
	if err != nil {
		return disk.Unreadable(name, err)
	}
	if info.Mode().Perm() != 0o600 {
		err = l.file.Chmod(0o600)
	}
	_, sought := l.file.Seek(whole, io.SeekStart)
	return disk.WrapUnwritable(name, errors.Join(err, l.file.Truncate(whole), sought))
}

// Write implements [io.Writer].
func (l *pushJournal) Write(p []byte) (int, error) {
	n, err := l.file.Write(p)
	return n, disk.WrapUnwritable(l.file.Name(), err)
}

// close waits for the disk.
func (l *pushJournal) close() error {
	if l.file == nil {
		return nil
	}
	var err error
	if l.regular {
		err = l.file.Sync()
	}
	return disk.WrapUnwritable(l.file.Name(), errors.Join(err, l.file.Close(), l.unlock()))
}
