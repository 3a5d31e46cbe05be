package pushcert

import "os"

// depth is how far a test goes: all the way where CI=true is set, and far enough to notice
// what has broken elsewhere.
func depth(inCI, here int) int {
	if os.Getenv("CI") == "true" {
		return inCI
	}
	return here
}
