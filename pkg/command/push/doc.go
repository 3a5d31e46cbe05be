// Package push has the command push: its flags, whose certificate it uses, its files, and what
// it says. The run itself is in package fleet.
package push
