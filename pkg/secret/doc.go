// Package secret finds the secrets that open things: the passphrase of the config file and the
// passwords of other files, in a file, in a variable, in what a command prints, or at the terminal.
//
// Files, variables and the terminal come in; it runs the one command that a person named. It must not
// know what a secret opens. Secrets that settings refer to are found by package reference.
package secret
