// Package state keeps apnsctl's one file: strict reading and writing of its YAML,
// its schema versions, the sealing of private keys within it, its lock, and the
// write that a crash cannot tear.
//
// It knows the shape of [lifecycle.State] only by its yaml tags, and nothing of
// what the values mean: no certificates, no topics, no clock, no environment.
package state
