// Package push has the command push: the flags, the inputs and the words of a run of the push
// engine.
package push
