// Package testkey has RSA keys ready for tests: most of what a key costs is the search for its primes.
// The keys are in this repository, so that everybody knows them.
//
// It must not be used outside of tests.
package testkey
