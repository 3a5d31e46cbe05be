// Package shell asks another program for something short, such as a secret store for a passphrase:
// by a line that the system's shell understands, in bounded time, with a bounded answer.
//
// It must not know what is asked for. Its errors never quote what the program said.
package shell
