// Package profile has the commands that change or read what a profile holds: import, export,
// delete and memo. Whether a certificate is taken is decided in lifecycle.
package profile
