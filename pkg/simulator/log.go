package simulator

import (
	"io"
	"log"
	"sync"
)

// newLog gives both sides one log, each line whole, whatever the writer can stand.
func newLog(w io.Writer) *log.Logger {
	if w == nil {
		w = io.Discard
	}
	return log.New(&oneAtATime{to: w}, "", 0)
}

// oneAtATime makes a writer safe for concurrent use.
type oneAtATime struct {
	mu sync.Mutex
	to io.Writer
}

func (o *oneAtATime) Write(line []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.to.Write(line)
}
