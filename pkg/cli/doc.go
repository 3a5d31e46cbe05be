// Package cli is the frame that every command stands in: the world as it comes in ([Env]),
// the one door for inputs and the one for outputs, questions and secrets, settings, the page
// for people and the one JSON document for programs, and the next steps. It knows no command.
//
// A command is one file of a family below pkg/command: an options struct, newX (flags into
// options), runX (the work, free of cobra) and the view struct that is its public JSON.
package cli
