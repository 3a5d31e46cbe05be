package fleet_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// accept accepts every push, and uses its buffers again.
func accept(source apns.Source, sink apns.Sink) error {
	var p apns.Push
	var r apns.Result
	for source.Next(&p) == nil {
		r = apns.Result{Position: p.Position, Token: p.Token, ID: p.ID, Status: 200, Attempts: 1, Class: apns.Accepted}
		if err := sink(&r); err != nil {
			return err
		}
	}
	return nil
}

// rows are n rows of CSV.
func rows(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%064x,magic-%d\n", i+1, i)
	}
	return b.String()
}

func TestRowsThatAreAcceptedCostNoAllocation(t *testing.T) {
	const n = 20_000
	text := rows(n)
	allocated := testing.AllocsPerRun(3, func() {
		run := runOf(t, text, "")
		run.Journal, run.Lines = io.Discard, io.Discard
		if s, err := run.Do(t.Context(), engine(accept)); err != nil || s.Accepted != n {
			t.Fatalf("%+v, %v", s, err)
		}
	})
	if allocated > 200 {
		t.Errorf("%.0f allocations for %d rows", allocated, n)
	}
}

func BenchmarkRun(b *testing.B) {
	run := runOf(b, rows(b.N), "")
	run.Journal = io.Discard
	b.ReportAllocs()
	b.ResetTimer()
	if s, err := run.Do(b.Context(), engine(accept)); err != nil || s.Accepted != int64(b.N) {
		b.Fatalf("%+v, %v", s, err)
	}
}
