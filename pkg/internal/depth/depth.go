package depth

import "os"

// Whole tells whether tests go all the way: where CI=true is set, as .ci/run sets it.
func Whole() bool { return os.Getenv("CI") == "true" }

// Of is how far a test goes: all the way, or far enough to notice what has broken.
func Of(whole, here int) int {
	if Whole() {
		return whole
	}
	return here
}
