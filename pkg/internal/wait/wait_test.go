package wait_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/caught"
	"github.com/apnsctl/apnsctl/pkg/internal/wait"
)

func TestForReturnsWhatWasDone(t *testing.T) {
	want := errors.New("of its own")
	if got, err := wait.For(nil, func() (int, error) { return 7, want }); got != 7 || !errors.Is(err, want) {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestForLeavesBehindWhatNeverEnds(t *testing.T) {
	done := make(chan struct{})
	close(done)
	got, err := wait.For(done, func() (int, error) { select {} })
	if got != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestReaderReadsToTheEnd(t *testing.T) {
	r := wait.Reader(nil, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("all of it")), nil })
	if got, err := io.ReadAll(r); string(got) != "all of it" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestReaderTellsWhyItCannotOpen(t *testing.T) {
	want := errors.New("of its own")
	r := wait.Reader(nil, func() (io.ReadCloser, error) { return nil, want })
	if _, err := io.ReadAll(r); !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
}

func TestReaderEndsWhileItWaits(t *testing.T) {
	done, never := make(chan struct{}), make(chan struct{})
	r := wait.Reader(done, func() (io.ReadCloser, error) { close(never); select {} })
	<-never // it waits
	close(done)
	if _, err := io.ReadAll(r); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAPanicIsToldToWhoWaits(t *testing.T) {
	p := caught.Run(func() { _, _ = wait.For(nil, func() (int, error) { panic("injected") }) })
	if p == nil || p.Value != "injected" {
		t.Errorf("For: got %v", p)
	}
	p = caught.Run(func() { _, _ = io.ReadAll(wait.Reader(nil, func() (io.ReadCloser, error) { panic("injected") })) })
	if p == nil || p.Value != "injected" {
		t.Errorf("Reader: got %v", p)
	}
}
