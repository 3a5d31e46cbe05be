// Package command is the tree of all commands, and what belongs to the tree as a whole: help,
// completion, version, and [Main], which runs one command line. It knows every family of
// commands; no family knows another one.
package command
