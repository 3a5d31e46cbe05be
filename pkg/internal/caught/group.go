package caught

import (
	"sync"
	"sync/atomic"
)

// Group is a number of goroutines that one waits for.
type Group struct {
	all    sync.WaitGroup
	failed atomic.Pointer[Panic]
}

// Go does something in a goroutine.
func (g *Group) Go(do func()) {
	g.all.Go(func() { g.failed.CompareAndSwap(nil, Run(do)) })
}

// Wait returns when all is done. The first panic of one of them is one of Wait.
func (g *Group) Wait() {
	g.all.Wait()
	g.failed.Load().Again()
}
