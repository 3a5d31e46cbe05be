// Package ber walks BER encodings (X.690) within limits, and writes them anew as DER.
//
// It knows tags and lengths. It must not know what an element means.
package ber
