package main

import "os/exec"

// giveAway is not called here.
func giveAway(string, *exec.Cmd) error { return nil }
