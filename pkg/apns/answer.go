package apns

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// maxAnswer is how much of an answer's body is kept; Apple's are below 100 bytes.
const maxAnswer = 4096

// answer is what has arrived on a stream.
type answer struct {
	status     int
	retryAfter string
	body       []byte
}

// reset empties it and keeps its memory, unless that has grown out of the ordinary.
func (a *answer) reset() {
	body := a.body[:0]
	if cap(body) > 256 {
		body = nil
	}
	*a = answer{body: body}
}

// add keeps a part of the body.
func (a *answer) add(p []byte) {
	if a.status != http.StatusOK {
		a.body = append(a.body, p[:min(len(p), maxAnswer-len(a.body))]...)
	}
}

// outcome turns a complete answer into the outcome of its push.
func (a *answer) outcome(it *item, now func() time.Time) outcome {
	o := outcome{item: it, status: a.status}
	if a.status == http.StatusOK {
		return o
	}
	var body struct {
		Reason    string `json:"reason"`
		Timestamp int64  `json:"timestamp"`
	}
	// A body that is no JSON, from a proxy say, leaves the status to speak.
	if json.Unmarshal(a.body, &body) == nil {
		o.reason, o.timestamp = intern([]byte(body.Reason)), body.Timestamp
	}
	o.wait = retryAfter(a.retryAfter, now)
	return o
}

// retryAfter reads the header of RFC 9110 section 10.2.3: seconds or a date.
func retryAfter(v string, now func() time.Time) time.Duration {
	if v == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(v, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, at.Sub(now()))
	}
	return 0
}
