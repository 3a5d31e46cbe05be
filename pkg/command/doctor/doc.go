// Package doctor has the command doctor: what stands between this machine and a push. It
// gathers the world that pkg/doctor examines, and finds the words for what comes of it.
package doctor
