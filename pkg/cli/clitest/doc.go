// Package clitest helps tests of commands: an environment in which nothing is set, and a
// command line for one command.
package clitest
