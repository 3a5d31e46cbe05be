// Package notify has the command that tells people in time: it asks package remind who is to be
// told what, puts it into words, has package deliver bring it, and remembers what was told.
//
// It knows the words and the order of things. It must not know when a rung is due, nor how mail
// is sent.
package notify
