package state

import (
	"context"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/wait"
	"github.com/gofrs/flock"
)

// lockPoll is how often a waiting writer tries again.
const lockPoll = 20 * time.Millisecond

// locked runs do while holding the exclusive lock of file: flock(2), on Windows
// LockFileEx, both of which end with the process. The lock file stays, empty:
// removing it would let two processes lock two files of one name.
func (s *Store) locked(ctx context.Context, file string, do func() error) error {
	lock := flock.New(file+".lock", flock.SetPermissions(0o600))
	// Where a pipe lies in the lock's place, already opening it waits.
	_, err := wait.For(ctx.Done(), func() (bool, error) { return lock.TryLockContext(ctx, lockPoll) })
	switch {
	case err != nil && ctx.Err() != nil:
		return s.stopped(ctx)
	case err != nil:
		return s.unwritable(err)
	}
	defer func() { _ = lock.Close() }() // closing releases the lock in any case
	return do()
}
