package guard

import (
	"errors"
	"fmt"
	"time"
)

// ErrLate is the answer about a parser that has not come back.
var ErrLate = errors.New("the parser takes too long")

// Run runs a parser of another project and turns a panic of its into an
// error: such parsers were not all written for files from strangers.
func Run(parse func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("parser gave up: %v", p)
		}
	}()
	return parse()
}

// Within is guarded, and gives up waiting after limit. The parser goes on alone
// then, so it must write nothing that the caller reads afterwards.
func Within(limit time.Duration, parse func() error) error {
	done := make(chan error, 1) // buffered: nobody may be there to read
	go func() { done <- Run(parse) }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return ErrLate
	}
}
