package state

import (
	"context"
	"errors"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/gofrs/flock"
)

// lockPoll is how often a waiting writer tries again.
const lockPoll = 20 * time.Millisecond

// locked runs do while holding the exclusive lock of file: flock(2), on Windows
// LockFileEx, both of which end with the process. The lock file stays, empty:
// removing it would let two processes lock two files of one name.
func (s *Store) locked(ctx context.Context, file string, do func() error) error {
	lock := flock.New(file+".lock", flock.SetPermissions(0o600))
	_, err := lock.TryLockContext(ctx, lockPoll)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return problem.New(problem.StateLocked, problem.Params{"path": s.path}).Because(err)
	case errors.Is(err, context.Canceled):
		return problem.New(problem.Interrupted, nil).Because(err)
	case err != nil:
		return s.unwritable(err)
	}
	defer func() { _ = lock.Close() }() // closing releases the lock in any case
	return do()
}
