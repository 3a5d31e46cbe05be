// Package archtest holds the architecture of apnsctl as tests: who may import whom,
// where the clock, the environment and the exit are, and how large a file may grow.
//
// The table in table_test.go is the one that CONTRIBUTING.md shows; a package that is
// missing from it fails, and so does a row without a package. The package knows names
// and syntax only: it imports nothing of ours, so that nothing can bend it.
package archtest
