// Package sshage makes SSH keys age recipients and identities: the stanzas ssh-ed25519 and ssh-rsa of age.
//
// It knows no other age keys, no passphrase and no file. A key that is encrypted stays so, and one of a kind
// that age does not take is told by its name only.
//
// The library that age brings for it, filippo.io/age/agessh, is what the tests hold this package against. The
// program does without: it links all of SSH, key exchange and ciphers included, whose initialisers were a tenth
// of each start of every command (testdata/bench/README.md).
package sshage
