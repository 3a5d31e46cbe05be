// Package caught takes a panic out of a goroutine to the one that waits for it. Left alone, the
// runtime would end the program there with status 2, which in this program means another thing.
//
// It must not know what is done in the goroutine.
package caught
