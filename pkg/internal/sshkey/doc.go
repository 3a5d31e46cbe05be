// Package sshkey reads keys of SSH as far as others have to do with them: what kind one is, and the Ed25519 and
// RSA keys themselves.
//
// It opens no encrypted key and knows neither age nor certificates. golang.org/x/crypto/ssh, which links all of SSH,
// is what the tests hold it against (testdata/bench/README.md says why the program does without).
package sshkey
