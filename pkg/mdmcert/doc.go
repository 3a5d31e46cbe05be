// Package mdmcert asks mdmcert.download, which signs requests as MDM vendor for organisations that
// run an MDM server of their own, to sign one. The answer does not come back here: it goes by mail
// to the address that is registered there, encrypted to the certificate that came with the request.
//
// It knows the protocol of that service alone. It must not know who asks, where keys are kept, or
// what an answer holds. It was never tried against the service itself.
package mdmcert
