// Package devices reads the device tokens that an administrator has: a CSV export, JSON,
// plain lines, or the TokenUpdate property lists that devices sent at check-in, alone or in
// the events of a server's webhook.
//
// The content decides the form, never a file name. An input is read as a stream, one line
// at a time and none longer than a limit, so memory does not grow with the fleet; rows of
// plain lines and CSV cost no allocation. A row that cannot be understood keeps its place
// and says why: it is never guessed at, for a guess would wake somebody else's device or
// nobody's.
//
// The same inputs say what each device listens to: [NewTopicReader] reads them for that,
// and a [Tally] counts devices by topic.
//
// The package knows how tokens are spelt (apns-reference.md 3.5, 4.1). It must not know
// where its input comes from, what is pushed, or in which language a fault is told.
package devices
