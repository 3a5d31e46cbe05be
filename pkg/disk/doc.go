// Package disk is what commands know of files by their names: which files a pattern or a folder
// means, whether two names are one file, how a profile's name stands in a file name on every
// system, where an output may be written, what is kept in the cache, and why a file cannot be
// read or written.
//
// It must not know what is in a file, nor a command, a terminal or a setting: what it says are
// problems, whose sentences are elsewhere.
package disk
