// Package reference finds the secrets that settings refer to: in a variable, in a file, in what a
// command prints, or sealed in the config file itself.
//
// It runs the one command that the owner of the config file set, and touches nothing else of the
// world: variables, files and the opening of seals come in. It must not know what a secret is for.
package reference
