// Package cli is apnsctl's commands: it reads flags, files and the terminal, lets the
// pure packages decide, and prints what they found in two languages or as JSON.
//
// Each command is one file: an options struct, newX (flags into options), runX (the
// work, free of cobra) and the view struct that is its public JSON.
package cli
