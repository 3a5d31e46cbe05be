// Package mdmcert stands in for mdmcert.download: it signs a request as MDM vendor under the
// throwaway authorities, and lays the encrypted answer into a mailbox.
//
// It is true to apns-reference.md 1.9, and states again what it takes from there. Every
// address is registered, and every key is good. It must not know the portal, nor push certificates.
package mdmcert
