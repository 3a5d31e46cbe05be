// Package plist reads XML and binary property lists from strangers: howett.net/plist, with which
// they are written, recurses as deep as a file says, reads a shared object again for each
// reference, and takes any text for an OpenStep list.
//
// It knows values. It must not know what a list is for.
package plist
