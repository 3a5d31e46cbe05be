// Package journal keeps what came of every push in a file, so that a run that was
// interrupted goes on where it stopped.
//
// A journal is JSON lines: at most one [Header], then a line for each result, none written
// before APNs' answer was read. Lines go out in whole batches as soon as the writer is
// idle, and the tail that a kill may tear is dropped at the next start. What a killed run
// had read and not yet written is pushed again with the same apns-id, like what it had sent
// and not read; a power failure can cost more, for only [Writer.Close] waits for the disk.
//
// Reading an old journal keeps one byte for each position of the input, however many
// results it holds.
//
// The package knows the form of the lines. It must not know files, flags or what a class
// means to a person; its writer and reader come in.
package journal
