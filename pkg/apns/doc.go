// Package apns pushes to the Apple Push Notification service, truthfully and fast.
//
// It owns its HTTP/2 connections: x/net's Framer and hpack below, the standard
// library's TLS below that. One reader and one writer goroutine serve a connection,
// header blocks are encoded once, writes are batched, and a push allocates nothing
// once its buffers exist.
//
// What it promises about results: every push that went out gets exactly one
// [Result]; a push that APNs accepted is never sent again; another try is made only
// when APNs said that it did not act on the push, or when the connection broke
// before an answer, and then with the same apns-id.
//
// The package knows Apple's protocol (apns-reference.md section 3) and HTTP/2
// (RFC 9113, RFC 7541). It must not know profiles, files, languages, environment
// variables or the wall clock: tokens come from a [Source], results go to a [Sink],
// sentences live in the catalogues under the keys it names, and the time comes in.
package apns
