package apns

import (
	"sync/atomic"
	"time"
)

// Streams of a connection live in a ring: a stream's slot follows from its id, so
// nothing is looked up and nothing allocated. The ring is several times larger than
// the number of streams at a time, so that a slow stream seldom meets a new one with
// the same slot; when it does, the new one takes the next id.
const (
	ringSize       = 1 << 14
	mostStreams    = 4096 // at a time, whatever the peer allows
	unnamedStreams = 1000 // at a time, when the peer names no number
	maxStreamID    = 1<<31 - 1
)

// slot is the place of one stream.
type slot struct {
	// item is nil when the slot is free. Storing it publishes id and sent; whoever
	// swaps it for nil owns the item from then on.
	item atomic.Pointer[item]
	id   uint32
	sent atomic.Int64 // when it went out, on the run's clock

	answer answer // the reader's: what has arrived so far

	// rest is the part of the body that the windows do not allow yet, and window that
	// of the stream; guarded by the connection's lock.
	rest   []byte
	window int64
}

// age is how long the stream has been open.
func (s *slot) age(now time.Duration) time.Duration { return now - time.Duration(s.sent.Load()) }

// ring is the streams of one connection.
type ring [ringSize]slot

// at is the slot of a stream id.
func (r *ring) at(id uint32) *slot { return &r[id>>1&(ringSize-1)] }

// find is the slot of an open stream, or nil.
func (r *ring) find(id uint32) *slot {
	if s := r.at(id); s.item.Load() != nil && s.id == id {
		return s
	}
	return nil
}

// claim finds the next id with a free slot, from next on. It returns nil when the ids
// are used up.
func (r *ring) claim(next uint32) (s *slot, id uint32) {
	for id = next; id <= maxStreamID; id += 2 {
		if s := r.at(id); s.item.Load() == nil {
			return s, id
		}
	}
	return nil, next
}
