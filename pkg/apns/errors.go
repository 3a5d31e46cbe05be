package apns

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/net/http2"
)

// Ends of a connection that are not somebody else's error. [Explain] gives each its
// sentence.
var (
	errSilent   = errors.New("apns: connected, but the peer says nothing")
	errNoH2     = errors.New("apns: the peer does not speak HTTP/2")
	errDead     = errors.New("apns: the peer does not answer pings")
	errStalled  = errors.New("apns: the peer allows no pushes")
	errNoAnswer = errors.New("apns: no answer in time")
	errStopped  = errors.New("apns: the run was stopped")

	errNoAuthorities = errors.New("apns: no CA certificates")

	errMalformed = errors.New("apns: the token is not hexadecimal")
)

// stage says during which step of connecting an error came.
type stage string

const (
	stageConnect stage = "connect"
	stageProxy   stage = "proxy"
	stageTLS     stage = "tls"
	stageGreet   stage = "greet"
)

// dialError is a failure to connect.
type dialError struct {
	stage stage
	// named tells whether the peer's list of authorities has ours; without our
	// certificate, or without a list, it is true.
	named bool
	proxy string // host:port, in stageProxy
	err   error
}

func (e *dialError) Error() string { return string(e.stage) + ": " + e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// goAwayError is the peer's GOAWAY (RFC 9113 section 6.8).
type goAwayError struct {
	code   http2.ErrCode
	last   uint32
	reason string // from the debug data: APNs' reason, or the text itself
}

func (e *goAwayError) Error() string {
	return fmt.Sprintf("GOAWAY %v, last stream %d, reason %q", e.code, e.last, e.reason)
}

// barring tells whether the peer will not have our certificate or key: then no other
// connection with it fares better.
func (e *goAwayError) barring() bool {
	return e != nil && ReasonOf(0, e.reason).Class == Credential
}

// outcome is what the GOAWAY means for a push above its last stream.
func (e *goAwayError) outcome(it *item) outcome {
	if e.barring() {
		return outcome{item: it, failure: barred, reason: e.reason}
	}
	o := outcome{item: it, failure: refused}
	if e != nil {
		o.err = e
	}
	return o
}

// maxDebug bounds what is kept of a GOAWAY's debug data.
const maxDebug = 200

// goAwayReason reads the debug data: APNs sends {"reason":"…"}, or plain text when it
// sees too many streams.
func goAwayReason(debug []byte) string {
	var body struct {
		Reason string `json:"reason"`
	}
	if json.Unmarshal(debug, &body) == nil {
		return body.Reason
	}
	debug = bytes.ToValidUTF8(debug[:min(len(debug), maxDebug)], nil)
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, string(debug))
}
