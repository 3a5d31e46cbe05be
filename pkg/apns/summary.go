package apns

import "time"

// Result is what came of one push. A sink must not keep Token beyond its call.
type Result struct {
	Position  int64
	Token     []byte // as the source gave it
	ID        ID
	Status    int    // HTTP status; 0 when no answer came
	Reason    string // APNs' reason, also one not in the table; empty when accepted
	Timestamp int64  // with 410: since when the token is dead, UNIX milliseconds; else 0
	Attempts  int    // how often it was sent; 0 for a token that cannot be sent
	Class     Class
	Err       error // why no answer came; nil when one did
}

// Sink takes the results, one at a time, in the order of the answers. It is called
// from the goroutines that read the connections, so it should not block for long; an
// error stops the run.
type Sink func(*Result) error

// Summary counts the results of a run.
type Summary struct {
	Total       int64
	Accepted    int64
	Device      int64
	Credential  int64
	Later       int64
	Network     int64
	Connections int64         // connections that were tried
	Elapsed     time.Duration // from the start of the run to its end
}

// count adds a result.
func (s *Summary) count(c Class) {
	s.Total++
	switch c {
	case Accepted:
		s.Accepted++
	case Device:
		s.Device++
	case Credential:
		s.Credential++
	case Later:
		s.Later++
	case Network:
		s.Network++
	}
}
