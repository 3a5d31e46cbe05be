// Package testkit plays the client of the portal for the simulator's tests, with the standard
// library alone, so that a mistake of our own client cannot hide one of the portal.
//
// Only tests import it.
package testkit
