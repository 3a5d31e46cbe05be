package caught

import (
	"fmt"
	"runtime/debug"
)

// Panic is what a goroutine panicked with, and where.
type Panic struct {
	Value any
	Stack []byte
}

// Error is the value.
func (p *Panic) Error() string { return fmt.Sprint(p.Value) }

// Run does something and returns what it panicked with; nil if it did not.
func Run(do func()) (p *Panic) {
	defer func() {
		switch value := recover().(type) {
		case nil:
		case *Panic: // from a goroutine further down
			p = value
		default:
			p = &Panic{value, debug.Stack()}
		}
	}()
	do()
	return nil
}

// Again panics with p where it is called; nil does nothing.
func (p *Panic) Again() {
	if p != nil {
		panic(p)
	}
}
