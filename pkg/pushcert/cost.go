package pushcert

import "github.com/apnsctl/apnsctl/pkg/problem"

// What a file may ask of the reader before it is refused as too costly. A file
// names its own cost, so without limits a small one could hold the reader for
// hours or take all memory.
const (
	// maxIterations bounds the hash iterations of all derivations of one file
	// together. OpenSSL writes 2,048 each; OWASP's advice of 2023 is 600,000. Ten
	// million take about five seconds.
	maxIterations = 10_000_000
	// maxScryptMemory bounds N times r (128 bytes each): 128 MiB. OpenSSL writes
	// N=16384, r=8.
	maxScryptMemory = 1 << 20
	// maxScryptWork bounds N times r times p.
	maxScryptWork = 1 << 22
)

func tooCostly() error {
	return problem.Say(problem.FileUnsupported, "too-costly", nil)
}

// budget is what is left of a file's iterations.
type budget int

// spend takes n iterations, or refuses.
func (b *budget) spend(n int) error {
	if n < 1 || n > int(*b) {
		return tooCostly()
	}
	*b -= budget(n)
	return nil
}
