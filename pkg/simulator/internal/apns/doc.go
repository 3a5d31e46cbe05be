// Package apns is the simulated Apple Push Notification service: its frames, its checks of a
// request, Apple's reasons, and the faults that a test asks for.
//
// It knows devices and pushes. It must not know the portal: whether a client certificate is
// good is asked of whoever starts it.
package apns
