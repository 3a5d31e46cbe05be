// Package request has the commands that lead to a request at the portal: csr and portal. It
// knows how a request becomes a file and what the portal shows; which topic a request is for
// is decided in lifecycle, and what a request consists of in pushcert.
package request
