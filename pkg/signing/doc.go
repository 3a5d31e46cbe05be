// Package signing makes what leaves for Apple's portal: a key pair and its CSR, the key
// sealed for the config file, and the request that the vendor's key signs. What it hands out
// was read back as Apple reads it.
//
// It knows sealing, certificates and rules, and neither files nor questions: who has the
// passphrase hands in the opened keys.
package signing
