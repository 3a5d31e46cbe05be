// Package signing has what needs a private key: keys sealed for the config file and opened again
// (age), and what leaves for Apple's portal: a key pair and its CSR, and the request that the
// vendor's key signs. What it hands out was read back as Apple reads it.
//
// It knows sealing, certificates and rules, and neither files nor questions: who has the
// passphrase hands it in.
package signing
