package problem

import (
	"fmt"
	"slices"
)

// Fault is why one of many things (files, profiles) cannot be taken.
type Fault struct {
	File, Profile string
	Err           *Error
}

// Faults ends a command that was given many things, and did nothing because some cannot be taken.
type Faults struct {
	All   []Fault
	Total int    // how many things there were
	Key   string // the sentence above them
	// Partly is the command that would take the others; empty where there is none.
	Partly string
}

// Error implements error.
func (f *Faults) Error() string { return fmt.Sprintf("%d of %d: %v", len(f.All), f.Total, f.Unwrap()) }

// Unwrap returns the command's own problem: a file that is not there, for the command has to be
// mended before anybody looks further; else the gravest.
func (f *Faults) Unwrap() error {
	for _, one := range f.All {
		if one.Err.Key() == "input-unreadable.missing" && !one.Err.Walked {
			return one.Err
		}
	}
	return Gravest(f.All)
}

// Gravest is the first of the gravest faults, by the order of verdicts; what is a slip in the
// command comes last.
func Gravest(all []Fault) *Error {
	worst := slices.MinFunc(all, func(a, b Fault) int { return gravity(a.Err) - gravity(b.Err) })
	return worst.Err
}

func gravity(p *Error) int {
	at := slices.Index([]Exit{
		ExitUnexpected, ExitState, ExitRefused, ExitCritical, ExitWarning, ExitUsage,
	}, p.Exit())
	if at < 0 {
		return len(Exits())
	}
	return at
}
