// Package lifecycle holds the rules of a push certificate's life: what a request,
// an import, a renewal and a deletion do to the state, which key belongs to which
// certificate, and what may never happen (another topic, a lost key).
//
// It is pure: values and the present time in, values or a problem out. It reads no
// file, no clock and no environment, and holds private keys only as sealed text.
package lifecycle
