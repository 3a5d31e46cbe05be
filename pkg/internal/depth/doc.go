// Package depth says how far tests go. What takes long goes all the way in CI, and elsewhere so far that it
// still notices what has broken. A program of others that is missing is a failure in CI alone.
//
// It must not be used outside of tests.
package depth
