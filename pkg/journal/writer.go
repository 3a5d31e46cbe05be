package journal

import (
	"io"
	"sync"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/internal/caught"
)

const (
	// batch is how much waits at most; whoever adds more waits for the output.
	batch = 64 << 10
	// pause is the shortest time between two writes. It bounds both how long an answer
	// stays unwritten and how many system calls a busy run makes.
	pause = time.Millisecond
)

// Writer writes lines in batches, in the order in which they came. What comes while it is
// idle goes out at once; what comes while it writes, in the next batch. It is safe for
// concurrent use.
type Writer struct {
	out  io.Writer
	done chan struct{}
	full chan struct{} // tells that a batch is ready before the pause is over

	mu      sync.Mutex
	changed sync.Cond // pending has become empty or not, or closed or err was set
	pending []byte
	spare   []byte
	closed  bool
	err     error
}

// NewWriter returns a writer to out. It holds a goroutine until [Writer.Close].
func NewWriter(out io.Writer) *Writer {
	w := &Writer{out: out, done: make(chan struct{}), full: make(chan struct{}, 1), pending: make([]byte, 0, 2*batch), spare: make([]byte, 0, 2*batch)}
	w.changed.L = &w.mu
	go func() {
		defer close(w.done)
		if p := caught.Run(w.work); p != nil {
			w.fail(p)
		}
	}()
	return w
}

// Header adds the header.
func (w *Writer) Header(h Header) error {
	return w.Add(func(dst []byte) []byte { return AppendHeader(dst, h) })
}

// Result adds a result.
func (w *Writer) Result(r *apns.Result) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.room()
	w.grown(len(w.pending), AppendResult(w.pending, r))
	return w.err
}

// Add adds whatever line appends. An error of the output comes back from every call
// after it.
func (w *Writer) Add(line func([]byte) []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.room()
	w.grown(len(w.pending), line(w.pending))
	return w.err
}

// grown takes over what was appended, and wakes the worker only when that matters to
// it. The caller holds the lock.
func (w *Writer) grown(before int, pending []byte) {
	w.pending = pending
	if before == 0 {
		w.changed.Broadcast()
	}
	if len(pending) >= batch/2 && before < batch/2 {
		select {
		case w.full <- struct{}{}:
		default:
		}
	}
}

// room waits until a line more may be added. The caller holds the lock.
func (w *Writer) room() {
	for len(w.pending) >= batch && w.err == nil {
		w.changed.Wait()
	}
	if w.err != nil {
		w.pending = w.pending[:0]
	}
}

// Close writes what is left and ends the writer. It does not close the output.
func (w *Writer) Close() error {
	w.mu.Lock()
	w.closed = true
	w.changed.Broadcast()
	w.mu.Unlock()
	<-w.done
	return w.err
}

// work writes until the writer is closed and empty.
func (w *Writer) work() {
	rest := time.NewTimer(pause)
	for {
		data, last := w.take()
		if len(data) > 0 {
			if _, err := w.out.Write(data); err != nil {
				w.fail(err)
				return
			}
		}
		if last {
			return
		}
		if len(data) < batch/2 {
			rest.Reset(pause)
			select {
			case <-rest.C:
			case <-w.full:
			}
		}
	}
}

// take waits for lines and takes them all; last tells that none will follow.
func (w *Writer) take() (data []byte, last bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.pending) == 0 && !w.closed {
		w.changed.Wait()
	}
	select {
	case <-w.full: // that batch is being taken
	default:
	}
	data = w.pending
	w.pending, w.spare = w.spare[:0], data
	w.changed.Broadcast()
	return data, w.closed
}

func (w *Writer) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = err
	w.changed.Broadcast()
}
