package wait

import (
	"context"
	"errors"
	"io"

	"github.com/apnsctl/apnsctl/pkg/internal/caught"
)

// For returns what do returns, or [context.Canceled] as soon as done is closed. What do
// was about goes on in its goroutine; its result is dropped. A panic of do is one of For.
func For[T any](done <-chan struct{}, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
		panic *caught.Panic
	}
	results := make(chan result, 1)
	go func() {
		var r result
		r.panic = caught.Run(func() { r.value, r.err = do() })
		results <- r
	}()
	select {
	case r := <-results:
		r.panic.Again()
		return r.value, r.err
	case <-done:
		var none T
		return none, context.Canceled
	}
}

// Reader reads from what open returns. A Read that waits, and one after done was closed,
// return [context.Canceled].
func Reader(done <-chan struct{}, open func() (io.ReadCloser, error)) io.ReadCloser {
	out, in := io.Pipe()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		var err error
		p := caught.Run(func() {
			var source io.ReadCloser
			if source, err = open(); err == nil {
				defer func() { _ = source.Close() }() // it was only read
				_, err = io.Copy(in, source)
			}
		})
		if p != nil {
			err = p
		}
		_ = in.CloseWithError(err) // nil is the end of the input
	}()
	go func() {
		select {
		case <-done:
			_ = in.CloseWithError(context.Canceled)
		case <-ended:
		}
	}()
	return reader{out}
}

// reader is a pipe at whose other end somebody may panic: that is a panic of the Read that finds it.
type reader struct{ *io.PipeReader }

// Read reads what has come.
func (r reader) Read(b []byte) (int, error) {
	n, err := r.PipeReader.Read(b)
	if p, ok := errors.AsType[*caught.Panic](err); ok {
		p.Again()
	}
	return n, err
}
