package apns

import (
	"container/heap"
	"time"
)

// item is a push on its way. It has one owner at any moment (the queue, a stream, or
// the goroutine that decides its answer), which is why it ends exactly once.
type item struct {
	Push

	attempts int           // how often it went out
	due      time.Duration // when it may go out again
	last     outcome       // what came of the last try; without its item
}

// failure is how a try ended without an answer.
type failure uint8

const (
	answered   failure = iota
	refused            // the peer did not act on it (RFC 9113 section 8.7)
	lost               // the connection broke before an answer
	reset              // the peer ended the stream for a reason that leaves its fate open
	silent             // no answer in time on a living connection
	barred             // APNs closed the connection over our certificate or key
	unsendable         // the token cannot stand in a path
)

// outcome is what came of one try.
type outcome struct {
	item      *item
	failure   failure
	status    int
	reason    string
	timestamp int64         // of a 410, milliseconds
	wait      time.Duration // Retry-After
	err       error         // what ended a try without an answer
}

// line is a queue of items without a fixed end, first in, first out.
type line struct {
	items []*item
	head  int
}

func (l *line) len() int { return len(l.items) - l.head }

// push appends it, reusing the space before the head once it is half of all.
func (l *line) push(it *item) {
	if l.head > 0 && len(l.items) == cap(l.items) && l.head >= len(l.items)/2 {
		n := copy(l.items, l.items[l.head:])
		clear(l.items[n:])
		l.items, l.head = l.items[:n], 0
	}
	l.items = append(l.items, it)
}

// pop moves up to n items to dst.
func (l *line) pop(dst []*item, n int) []*item {
	n = min(n, l.len())
	dst = append(dst, l.items[l.head:l.head+n]...)
	clear(l.items[l.head : l.head+n])
	if l.head += n; l.head == len(l.items) {
		l.items, l.head = l.items[:0], 0
	}
	return dst
}

// retries holds the items that wait for their next try, the earliest first.
type retries []*item

var _ heap.Interface = (*retries)(nil)

func (r retries) Len() int           { return len(r) }
func (r retries) Less(i, j int) bool { return r[i].due < r[j].due }
func (r retries) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }

// Push appends an item for package heap.
func (r *retries) Push(x any) {
	if it, ok := x.(*item); ok {
		*r = append(*r, it)
	}
}

// Pop removes the last item for package heap.
func (r *retries) Pop() any {
	old := *r
	it := old[len(old)-1]
	old[len(old)-1] = nil
	*r = old[:len(old)-1]
	return it
}
