package apns

import (
	"container/heap"
	"sync"
	"time"
)

// Bounds of the queue, in items. Together with the streams of the connections they
// bound the memory of a run, however long its source.
const (
	queueHigh = 1024 // the source is not asked while so many wait to go out
	queueLow  = 512  // and is asked again below this
	queueWake = 32   // an idle connection is woken for so many at once, else by the tick
)

// queue holds the pushes between the source and the connections: those that are
// ready, and those that wait for another try.
type queue struct {
	mu       sync.Mutex
	feed     sync.Cond // the feeder waits here for room
	fed      bool      // the feeder is not waiting
	ready    line
	waiting  retries
	room     int // so many may wait for another try before the source is left alone
	free     []*item
	live     int     // items that still owe a result
	ended    bool    // the source has no more
	stopped  bool    // nothing may go out any more
	wantMore []*conn // connections that would send more than they got

	rate  float64 // pushes per second, 0 without limit
	grant float64 // pushes that the rate allows now
	last  time.Duration

	done chan struct{} // closed when every pushed item has its result
	over bool
}

func newQueue(rate float64, room int) *queue {
	q := &queue{rate: rate, room: room, grant: min(rate, 1), done: make(chan struct{}), fed: true}
	q.feed.L = &q.mu
	return q
}

// reserve gives the feeder an item to fill, when there is room; nil ends it.
func (q *queue) reserve() *item {
	q.mu.Lock()
	defer q.mu.Unlock()
	limit := queueHigh
	for !q.stopped && (q.ready.len() >= limit || len(q.waiting) >= q.room) {
		limit = queueLow
		q.fed = false
		q.feed.Wait()
		q.fed = true
	}
	if q.stopped {
		return nil
	}
	if n := len(q.free); n > 0 {
		it := q.free[n-1]
		q.free = q.free[:n-1]
		return it
	}
	return &item{}
}

// offer takes a filled item into the queue; one that is not ready only counts, its owner
// decides it. It wakes a connection only for a batch worth a packet; what waits longer
// than a tick is woken for by [queue.advance]. It fails when the run has stopped.
func (q *queue) offer(it *item, ready bool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopped {
		return false
	}
	q.live++
	it.attempts = 0
	if ready {
		q.ready.push(it)
	}
	if q.ready.len() >= queueWake {
		q.wakeOne()
	}
	return true
}

// end notes that the source has no more.
func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = true
	q.wakeAll()
	q.check()
}

// take moves up to n ready items to dst for c, as the rate allows. A connection that
// gets fewer is woken when there are more.
func (q *queue) take(c *conn, dst []*item, n int) []*item {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopped {
		return dst
	}
	allowed := n
	if q.rate > 0 {
		allowed = min(n, int(q.grant))
	}
	before := len(dst)
	dst = q.ready.pop(dst, allowed)
	got := len(dst) - before
	q.grant -= float64(got)
	if got < n && !c.wantsMore {
		c.wantsMore = true
		q.wantMore = append(q.wantMore, c)
	}
	q.refill()
	return dst
}

// giveBack returns items that were taken and not sent. After a halt those that had
// been sent before come back: they owe a result.
func (q *queue) giveBack(items []*item) (owing []*item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range items {
		switch {
		case !q.stopped:
			q.ready.push(it)
		case it.attempts > 0:
			owing = append(owing, it)
		default:
			q.drop(it)
		}
	}
	q.check()
	return owing
}

// takeBack takes back the items of a batch: the finished have had their result, the
// others wait for their time. After a halt those come back: they owe a result.
func (q *queue) takeBack(finished, again []*item, now time.Duration) (owing []*item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range finished {
		q.drop(it)
	}
	if q.stopped {
		q.check()
		return again
	}
	for _, it := range again {
		if it.due <= now {
			q.ready.push(it)
		} else {
			heap.Push(&q.waiting, it)
		}
	}
	if q.ready.len() >= queueWake {
		q.wakeOne()
	}
	q.check()
	return nil
}

// drop makes an item free again.
func (q *queue) drop(it *item) {
	q.live--
	it.last = outcome{}
	q.free = append(q.free, it)
}

// advance moves the clock: items whose time has come become ready, the rate grants
// more, and connections learn of it.
func (q *queue) advance(now time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.rate > 0 {
		burst := max(1, q.rate/10)
		q.grant = min(burst, q.grant+q.rate*(now-q.last).Seconds())
		q.last = now
	}
	for len(q.waiting) > 0 && q.waiting[0].due <= now && !q.stopped {
		if it, ok := heap.Pop(&q.waiting).(*item); ok {
			q.ready.push(it)
		}
	}
	q.refill()
	if q.ready.len() > 0 {
		q.wakeAll()
	}
}

// halt lets nothing out any more. Items that were never sent are forgotten; those that
// wait for another try are handed over, for they owe a result.
func (q *queue) halt() []*item {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped, q.ended = true, true
	q.feed.Signal()
	owing := append([]*item(nil), q.waiting...)
	clear(q.waiting)
	q.waiting = q.waiting[:0]
	for _, it := range q.ready.pop(nil, q.ready.len()) {
		if it.attempts > 0 {
			owing = append(owing, it)
		} else {
			q.drop(it)
		}
	}
	q.check()
	return owing
}

// pending tells whether there is something to connect for: anything for the first
// connection, a batch for one more.
func (q *queue) pending(first bool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ready.len() >= queueWake || first && q.ready.len() > 0
}

// refill lets the feeder go on when there is room again.
func (q *queue) refill() {
	if !q.fed && q.ready.len() < queueLow && len(q.waiting) < q.room {
		q.feed.Signal()
	}
}

// wakeOne wakes the connection that has waited longest for items.
func (q *queue) wakeOne() {
	if len(q.wantMore) == 0 {
		return
	}
	c := q.wantMore[0]
	q.wantMore = append(q.wantMore[:0], q.wantMore[1:]...)
	c.wantsMore = false
	c.awake()
}

func (q *queue) wakeAll() {
	for len(q.wantMore) > 0 {
		q.wakeOne()
	}
}

// check closes done once nothing owes a result.
func (q *queue) check() {
	if q.ended && q.live == 0 && !q.over {
		q.over = true
		close(q.done)
	}
}
