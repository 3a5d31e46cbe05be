//go:build race

package main

// raced tells that this run looks for data races, under which each process takes several times as
// long. Advice is followed in the run beside it.
const raced = true
