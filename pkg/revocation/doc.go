// Package revocation asks whoever issued a certificate whether it still stands by it: it fetches the
// issuer's revocation list (RFC 5280, section 5), believes it only so far as the issuer signed it for
// this moment, and looks for the certificate.
//
// It knows lists, addresses and signatures. It must not know roles, profiles, findings, where lists
// are kept between two runs, or the clock.
package revocation
