// Package pushcert knows the files of the yearly push-certificate job: what a
// certificate, a certificate signing request, a vendor-signed request or a token
// file is (its [Role]), what it says (its topic, its dates), how a request is
// built, and what Apple would refuse about any of them.
//
// It is pure: bytes and the present time in, values and findings out. It opens no
// file, asks no network, reads no clock and knows no state; passwords come in
// through a callback, and secrets never go out in an error.
//
// Formats follow Apple's "Setting Up Push Notifications for Your MDM Customers"
// (https://developer.apple.com/documentation/devicemanagement), RFC 5280 for
// certificates and RFC 2986 for signing requests.
package pushcert
