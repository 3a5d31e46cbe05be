package sidebyside_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/caught"
	"github.com/apnsctl/apnsctl/pkg/internal/sidebyside"
)

func TestEachNumberIsDoneOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		done := make([]atomic.Int64, n+1)
		sidebyside.Each(n, func() func(int) { return func(i int) { done[i].Add(1) } })
		for i := range done {
			if got, want := done[i].Load(), min(1, int64(n-i)); got != want {
				t.Errorf("of %d, %d was done %d times", n, i, got)
			}
		}
	}
}

func TestAPanicOfAWorkerIsThatOfTheCaller(t *testing.T) {
	p := caught.Run(func() {
		sidebyside.Each(100, func() func(int) {
			return func(i int) {
				if i == 50 {
					panic(errors.New("injected"))
				}
			}
		})
	})
	if p == nil || p.Value.(error).Error() != "injected" {
		t.Errorf("got %v", p)
	}
}
