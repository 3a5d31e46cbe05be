package apns

import (
	"math"
	"slices"

	"golang.org/x/net/http2"
)

// Values before any SETTINGS (RFC 9113 section 6.5.2).
const (
	defaultWindow = 65535
	defaultFrame  = 16384
	maxWindow     = math.MaxInt32
)

// maxStalled is how many streams may wait for a window before no more are opened.
const maxStalled = 64

// flow is what the peer allows us to send. It is guarded by the connection's lock.
type flow struct {
	streams int   // streams at a time
	window  int64 // bytes of DATA on the connection
	initial int64 // bytes of DATA on a new stream
	frame   int   // bytes in a frame
	stalled []*slot
}

// newFlow is the state of a new connection.
func newFlow() flow {
	return flow{streams: unnamedStreams, window: defaultWindow, initial: defaultWindow, frame: defaultFrame}
}

// credit adds to the window of the connection.
func (f *flow) credit(n uint32) error {
	if f.window += int64(n); f.window > maxWindow {
		return http2.ConnectionError(http2.ErrCodeFlowControl)
	}
	return nil
}

// creditStream adds to the window of a stream. Only a stream that still has something
// to send keeps a window; for all others the update comes too late to matter.
func (f *flow) creditStream(s *slot, n uint32) error {
	if s.rest == nil {
		return nil
	}
	if s.window += int64(n); s.window > maxWindow {
		return http2.ConnectionError(http2.ErrCodeFlowControl)
	}
	return nil
}

// setInitial changes the initial window, and with it that of every open stream, which
// may fall below zero (RFC 9113 section 6.9.2).
func (f *flow) setInitial(n uint32) error {
	if n > maxWindow {
		return http2.ConnectionError(http2.ErrCodeFlowControl)
	}
	delta := int64(n) - f.initial
	f.initial = int64(n)
	for _, s := range f.stalled {
		if s.window += delta; s.window > maxWindow {
			return http2.ConnectionError(http2.ErrCodeFlowControl)
		}
	}
	return nil
}

// stall keeps the part of a body that the windows do not allow yet. sent bytes of the
// stream's window are used up.
func (f *flow) stall(s *slot, rest []byte, sent int) {
	s.rest, s.window = rest, f.initial-int64(sent)
	f.stalled = append(f.stalled, s)
}

// forget drops a stream that ends before its body was sent.
func (f *flow) forget(s *slot) bool {
	if s.rest == nil {
		return false
	}
	s.rest = nil
	if i := slices.Index(f.stalled, s); i >= 0 {
		f.stalled = slices.Delete(f.stalled, i, i+1)
	}
	return true
}

// room is how many more streams may be opened, with so many open. While bodies wait
// for windows, more streams would only wait with them.
func (f *flow) room(open int) int {
	if f.window <= 0 || len(f.stalled) >= maxStalled {
		return 0
	}
	return max(0, f.streams-open)
}

// resume writes what the windows allow of the bodies that had to wait, oldest first.
func (f *flow) resume(dst []byte) []byte {
	kept := f.stalled[:0]
	for _, s := range f.stalled {
		n := allowed(len(s.rest), s.window, f.window, f.frame)
		if n > 0 {
			dst = appendData(dst, s.id, s.rest[:n], n == len(s.rest))
			if s.rest = s.rest[n:]; len(s.rest) == 0 {
				s.rest = nil
			}
			s.window -= int64(n)
			f.window -= int64(n)
		}
		if s.rest != nil {
			kept = append(kept, s)
		}
	}
	clear(f.stalled[len(kept):])
	f.stalled = kept
	return dst
}

// allowed is how much of n bytes may go into the next DATA frame.
func allowed(n int, stream, conn int64, frame int) int {
	return int(max(0, min(int64(n), stream, conn, int64(frame))))
}
