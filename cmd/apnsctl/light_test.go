package main

import "testing"

// lightWork is the scrypt work factor of scripts and fixtures. They seal and open hundreds of times,
// and a tenth of a second of processor time each is what the real factor is there for.
const lightWork = 4

// TestTheShippedProgramSparesNothing: what tests have ready, or cheaper, is theirs alone.
func TestTheShippedProgramSparesNothing(t *testing.T) {
	if env := environment(); env.Work != 0 || env.NewKey != nil || env.Disk != nil || env.Trace != nil {
		t.Error("main sets what only tests may")
	}
}
