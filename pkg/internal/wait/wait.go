package wait

import (
	"context"
	"io"
)

// For returns what do returns, or [context.Canceled] as soon as done is closed. What do
// was about goes on in its goroutine; its result is dropped.
func For[T any](done <-chan struct{}, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	results := make(chan result, 1)
	go func() {
		value, err := do()
		results <- result{value, err}
	}()
	select {
	case r := <-results:
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
		source, err := open()
		if err == nil {
			_, err = io.Copy(in, source)
			_ = source.Close() // it was only read
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
	return out
}
