// Package mask hides private keys in what is shown: whoever gave one by mistake must not find it in a log.
//
// It knows them by their form. A passphrase has none, and has to be kept out where it comes in.
package mask
