package pbe

import "github.com/apnsctl/apnsctl/pkg/problem"

// MaxIterations bounds the hash iterations of all derivations of one file together. A file names
// its own cost, so without a limit a small one could hold the reader for hours. OpenSSL writes
// 2,048 each; OWASP's advice of 2023 is 600,000. Ten million take about five seconds.
const MaxIterations = 10_000_000

func tooCostly() error {
	return problem.Say(problem.FileUnsupported, "too-costly", nil)
}

func isTooCostly(err error) bool {
	return err != nil && problem.Of(err).Key() == problem.Of(tooCostly()).Key()
}

// Budget is what is left of a file's iterations.
type Budget int

// spend takes n iterations, or refuses.
func (b *Budget) spend(n int) error {
	if n < 1 || n > int(*b) {
		return tooCostly()
	}
	*b -= Budget(n)
	return nil
}
