// Package commandtest is a simulated Apple for tests that run whole command lines.
package commandtest
