// Package doctor finds out what stands between a machine and a push: a world comes in, and
// checks come out, each with what it saw and with the causes of what is not right.
//
// It knows the config file as it was read, the way to APNs, and the rules of both. It knows
// no command, setting, flag or question, and no sentence: causes and hints are keys of the
// catalogue with their values. Only probe.go reaches out to the network; every check is a
// function of what that brought back.
package doctor
