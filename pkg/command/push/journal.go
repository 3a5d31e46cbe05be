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
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/apnsctl/apnsctl/pkg/journal"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pushJournal is the file of --results, if there is one, and what it said before.
type pushJournal struct {
	header   journal.Header
	progress *journal.Progress // nil in a run of its own
	file     *os.File          // nil without --results
	regular  bool              // a pipe or device has no past, and nothing to cut or sync
	writer   *journal.Writer
	refused  func(*apns.Result)
	lock     *flock.Flock // nil where there is nothing to lock
}

// openJournal begins a journal, or goes on with an old one, whose refusals are handed to
// refused.
func (j *pushJob) openJournal(ctx context.Context, refused func(*apns.Result)) (*pushJournal, error) {
	l := &pushJournal{header: journal.Header{Shard: j.input.part.String()}, refused: refused}
	if _, err := rand.Read(l.header.Run[:]); err != nil {
		return nil, err
	}
	if j.results == "" {
		return l, nil
	}
	var err error
	if l.header.Input, err = j.input.hash(); err != nil {
		return nil, err
	}
	if l.lock, err = lockJournal(j.results); err != nil {
		return nil, err
	}
	if l.file, err = j.openResults(); err != nil {
		return nil, errors.Join(err, l.unlock())
	}
	if err := l.begin(ctx, j.results); err != nil {
		return nil, errors.Join(err, l.file.Close(), l.unlock())
	}
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
		return nil, cli.Unwritable(name, err)
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
func (j *pushJob) openResults() (*os.File, error) {
	flags := os.O_RDWR | os.O_CREATE
	switch {
	case j.resume:
	case j.force:
		flags |= os.O_TRUNC
	default:
		flags |= os.O_EXCL
	}
	if info, err := os.Stat(j.results); err == nil && !info.Mode().IsRegular() {
		flags = os.O_WRONLY // of a pipe, somebody else is the reader
	}
	f, err := wait.For(j.IO.Done, func() (*os.File, error) { return os.OpenFile(j.results, flags, 0o600) })
	switch {
	case errors.Is(err, context.Canceled):
		return nil, err
	case errors.Is(err, fs.ErrExist):
		return nil, problem.Say(problem.OutputExists, "journal", problem.Params{"file": j.results})
	case err != nil:
		return nil, cli.Unwritable(j.results, err)
	}
	return f, nil
}

// begin reads what the file holds, cuts a torn tail off, and writes the header into an
// empty one.
func (l *pushJournal) begin(ctx context.Context, name string) error {
	info, err := l.file.Stat()
	if err != nil {
		return cli.Unwritable(name, err)
	}
	l.regular = info.Mode().IsRegular()
	if !l.regular { // the pipe may be full, and its reader asleep
		context.AfterFunc(ctx, func() { _ = l.file.SetWriteDeadline(time.Unix(1, 0)) })
	} else if err := l.goOn(name, info.Mode().Perm()); err != nil {
		return err
	}
	l.writer = journal.NewWriter(l.file)
	if l.progress == nil {
		return l.writer.Header(l.header)
	}
	return nil
}

// goOn reads an old journal and makes the file end after its last whole line.
func (l *pushJournal) goOn(name string, mode fs.FileMode) error {
	old, err := journal.Read(l.file, l.refused)
	if _, told := errors.AsType[*problem.Error](err); err != nil && !told {
		return cli.Unreadable(name, err)
	}
	switch {
	case err != nil:
		return err
	case old.Whole == 0:
	case !old.Same(l.header.Input):
		return problem.Say(problem.Usage, "push-resume-input", problem.Params{"file": name})
	case !old.SameShard(l.header.Shard):
		return problem.Say(problem.Usage, "push-resume-shard", problem.Params{
			"file": name, "shard": l.header.Shard, "journal_shard": old.Shard,
		})
	default:
		l.header, l.progress = old.Header, old
	}
	if mode != 0o600 {
		err = l.file.Chmod(0o600)
	}
	_, sought := l.file.Seek(old.Whole, io.SeekStart)
	return cli.WrapUnwritable(name, errors.Join(err, l.file.Truncate(old.Whole), sought))
}

// done tells whether an earlier run has settled a position.
func (l *pushJournal) done(position int64, token []byte) (bool, error) {
	if l.progress == nil {
		return false, nil
	}
	return l.progress.Done(position, token)
}

// add writes a result.
func (l *pushJournal) add(r *apns.Result) error {
	if l.writer == nil {
		return nil
	}
	if err := l.writer.Result(r); err != nil {
		return cli.Unwritable(l.file.Name(), err)
	}
	return nil
}

// close writes what is left and waits for the disk.
func (l *pushJournal) close() error {
	if l.writer == nil {
		return nil
	}
	err := l.writer.Close()
	if l.regular {
		err = errors.Join(err, l.file.Sync())
	}
	return cli.WrapUnwritable(l.file.Name(), errors.Join(err, l.file.Close(), l.unlock()))
}
