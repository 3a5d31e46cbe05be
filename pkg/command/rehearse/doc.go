// Package rehearse has the commands demo and simulate. It alone knows the simulator, and is
// given the whole program to play with.
package rehearse
