// Package portal is the simulated Apple Push Certificates Portal: the requests that it reads, its
// refusals in Apple's words, the list of what it has issued, and its page.
//
// It knows accounts and certificates. It must not know pushes or devices.
package portal
