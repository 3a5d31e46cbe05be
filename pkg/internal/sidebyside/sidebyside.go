// Package sidebyside shares work out among as many goroutines as there are processors.
package sidebyside

import (
	"runtime"
	"sync/atomic"

	"github.com/apnsctl/apnsctl/pkg/internal/caught"
)

// Each lets workers do the numbers below n, each once, and returns when all are done. Every
// worker is made where it runs, so that it can have what it need not share. A panic of one is one of Each.
func Each(n int, worker func() func(i int)) {
	var taken atomic.Int64
	var all caught.Group
	for range min(runtime.GOMAXPROCS(0), n) {
		all.Go(func() {
			do := worker()
			for i := int(taken.Add(1)) - 1; i < n; i = int(taken.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
}
