package apns_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// mdm is the notification of the tests.
func mdm() apns.Notification {
	return apns.Notification{
		Topic: "com.apple.mgmt.External.3d9d0f4e-0000-4000-8000-5a1fcb1f2f5c", PushType: "mdm",
		Priority: 10, Expiration: 1_900_000_000,
	}
}

// fleet is a source of n devices, each with a push magic of its own.
type fleet struct {
	n, next int
	magic   int // length of the push magic
}

func (f *fleet) Next(p *apns.Push) error {
	if f.next == f.n {
		return io.EOF
	}
	p.Position = int64(f.next)
	var raw [32]byte
	for i := range 8 {
		raw[31-i] = byte(f.next >> (8 * i))
	}
	p.Token = hex.AppendEncode(p.Token[:0], raw[:])
	p.Body = append(p.Body[:0], `{"mdm":"`...)
	for range max(f.magic, 36) {
		p.Body = append(p.Body, 'm')
	}
	p.Body = append(p.Body, `"}`...)
	p.ID = apns.DeriveID(apns.ID{1}, p.Position)
	f.next++
	return nil
}

// results keeps one result for each position, and complains about a second.
type results struct {
	tb  testing.TB
	all map[int64]apns.Result
}

func (r *results) sink(res *apns.Result) error {
	if _, twice := r.all[res.Position]; twice {
		r.tb.Errorf("position %d has two results", res.Position)
	}
	kept := *res
	kept.Token = nil
	r.all[res.Position] = kept
	return nil
}

// push runs n pushes and returns their results.
func push(tb testing.TB, c *apns.Client, source apns.Source) (*results, apns.Summary, error) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 3*time.Minute) // the machine may be busy
	defer cancel()
	r := &results{tb: tb, all: map[int64]apns.Result{}}
	s, err := c.Run(ctx, mdm(), source, r.sink)
	if ctx.Err() != nil {
		tb.Fatal("the run hung")
	}
	if int(s.Total) != len(r.all) {
		tb.Errorf("the summary counts %d results, the sink got %d", s.Total, len(r.all))
	}
	return r, s, err
}

// wantAccepted fails unless all n pushes were accepted.
func wantAccepted(tb testing.TB, s apns.Summary, err error, n int) {
	tb.Helper()
	if err != nil || s.Accepted != int64(n) || s.Total != int64(n) {
		tb.Fatalf("want %d accepted, got %+v, %v", n, s, err)
	}
}

// wantProblem fails unless err is the named sentence.
func wantProblem(tb testing.TB, err error, key string) {
	tb.Helper()
	p, ok := errors.AsType[*problem.Error](err)
	if !ok || p.Key() != key {
		tb.Fatalf("want %s, got %v", key, err)
	}
}

func TestAllPushesAreAcceptedOnce(t *testing.T) {
	for _, connections := range []int{1, 2, 4} {
		t.Run(fmt.Sprint(connections), func(t *testing.T) {
			p := serveH2(t, func(l *link) {
				l.greet()
				for r := l.next(); r != nil; r = l.next() {
					l.accept(r)
				}
			})
			c := clientFor(t, p, func(cfg *apns.Config) { cfg.Connections = connections })
			_, s, err := push(t, c, &fleet{n: 5000})
			wantAccepted(t, s, err, 5000)
		})
	}
}
