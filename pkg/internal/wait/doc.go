// Package wait lets a command end while the system still waits: opening or reading a pipe
// without a writer, writing to one without a reader, or a lock that is such a pipe. None of
// these can be called back, so they are left behind, and end with the process.
//
// It must not know what is waited for.
package wait
