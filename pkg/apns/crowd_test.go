package apns_test

import "sync"

// crowd has tests run side by side, eight at a time: most of them wait, for which a machine of
// few processors has too few places for t.Parallel.
type crowd struct {
	all    sync.WaitGroup
	places chan struct{}
}

func newCrowd() *crowd { return &crowd{places: make(chan struct{}, 8)} }

// join runs a test as soon as there is a place.
func (c *crowd) join(test func()) {
	c.places <- struct{}{}
	c.all.Go(func() {
		defer func() { <-c.places }()
		test()
	})
}
