// Package linked opens the MDM servers that the config file names, reads what they use, and hands
// certificates over to them.
//
// It is the way between a profile and package server. It must not know rules: whether a
// certificate may be handed over is decided before, by the gate; what it means that a server uses
// another one, by package lifecycle.
package linked
