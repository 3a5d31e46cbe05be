// Package deliver brings a text to people: mail by SMTP, webhooks, and the ping that a dead
// man's switch waits for. Its errors say whether it is worth trying again: [problem.Code.Exit]
// is 8 for what failed for now and 7 for what was refused for good.
//
// It knows addresses and protocols. It must not know what the text is about, who is to be told
// it, where a password was kept, or the clock: what a message says of the time comes in with it.
package deliver
