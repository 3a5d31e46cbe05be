// Package vendors has the commands vendor csr, import, show and sign: the identity that signs
// customers' requests. It is not named vendor, for the Go tool passes over folders of that name.
package vendors
