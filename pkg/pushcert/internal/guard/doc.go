// Package guard runs the parsers of other projects, which were not all written for files from
// strangers: a panic becomes an error, and the wait has an end.
package guard
