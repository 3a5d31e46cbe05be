// Package pbe opens what lies under a password: encrypted private keys (RFC 5958, RFC 8018) and
// PKCS #12 files (RFC 7292), with the ciphers and derivations that only those use.
//
// It knows no kinds of certificates and asks for no password. What it opens, and what one file may
// cost, is said by its caller. It only reads.
package pbe
