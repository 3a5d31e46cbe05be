// Package ca is the throwaway copy of Apple's hierarchy, and the certificates that it issues, byte
// for byte as Apple writes them.
//
// It knows certificates. It must not know requests, accounts or HTTP.
package ca
