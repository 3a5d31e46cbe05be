package cli

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/apnsctl/apnsctl/pkg/apns"
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
}

// openJournal begins a journal, or goes on with an old one, whose refusals are handed to
// refused.
func (j *pushJob) openJournal(refused func(*apns.Result)) (*pushJournal, error) {
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
	if l.file, err = j.openResults(); err != nil {
		return nil, err
	}
	if err := l.begin(j.results); err != nil {
		return nil, errors.Join(err, l.file.Close())
	}
	return l, nil
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
	f, err := os.OpenFile(j.results, flags, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, problem.Say(problem.OutputExists, "journal", problem.Params{"file": j.results})
	case err != nil:
		return nil, unwritable(j.results, err)
	}
	return f, nil
}

// begin reads what the file holds, cuts a torn tail off, and writes the header into an
// empty one.
func (l *pushJournal) begin(name string) error {
	info, err := l.file.Stat()
	if err != nil {
		return unwritable(name, err)
	}
	if l.regular = info.Mode().IsRegular(); l.regular {
		if err := l.goOn(name, info.Mode().Perm()); err != nil {
			return err
		}
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
		return unreadable(name, err)
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
	return wrapUnwritable(name, errors.Join(err, l.file.Truncate(old.Whole), sought))
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
		return unwritable(l.file.Name(), err)
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
	return wrapUnwritable(l.file.Name(), errors.Join(err, l.file.Close()))
}
