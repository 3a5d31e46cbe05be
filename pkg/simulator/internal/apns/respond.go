package apns

import (
	"encoding/json"
	"strconv"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// connectionWindow is what a client may send on a connection before it is told of more.
const connectionWindow = 1 << 20

// sendGreeting sends the server's preface. APNs lets a connection without certificate
// have one stream until its first good request.
func (c *conn) sendGreeting() {
	streams := c.server.plan.Load().streamLimit()
	if !c.client.certified {
		streams = 1
	}
	c.limit = newStreamLimit(streams)
	_ = c.framer.WriteSettings(
		http2.Setting{ID: http2.SettingHeaderTableSize, Val: headerTableSize},
		http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: uint32(streams)},
		http2.Setting{ID: http2.SettingMaxFrameSize, Val: maxFrameSize},
	)
	_ = c.framer.WriteWindowUpdate(0, connectionWindow-initialWindow)
}

// Answer sends an answer now, or has it wait for the latency that a test asked for.
func (c *conn) answer(st *stream, a answer) {
	if c.server.plan.Load().LatencyMS > 0 {
		c.delayed = append(c.delayed, delayedAnswer{stream: st.id, answer: a})
		return
	}
	c.respond(st, a)
}

// respond encodes an answer. Its body waits if the client's flow control says so.
func (c *conn) respond(st *stream, a answer) {
	c.barren = 0
	if a.reset {
		c.resetStream(st.id, http2.ErrCodeInternal)
		return
	}
	body := a.body()
	_ = c.framer.WriteHeaders(http2.HeadersFrameParam{
		StreamID:      st.id,
		BlockFragment: c.encodeHeaders(a),
		EndHeaders:    true,
		EndStream:     body == "",
	})
	st.answered, st.unsent = true, body
	if body == "" {
		c.closeStream(st)
	} else {
		c.blocked++
		c.sendBody(st)
	}
	c.adjustLimit(a)
}

// encodeHeaders returns the header block of an answer, valid until the next one. As
// with Apple, the name apns-id is indexed and its values are not.
func (c *conn) encodeHeaders(a answer) []byte {
	c.encoded.Reset()
	for _, field := range [...]hpack.HeaderField{
		{Name: ":status", Value: statusText(a.reason.status())},
		{Name: "apns-id", Value: a.apnsID, Sensitive: c.idKnown},
		{Name: "content-type", Value: "application/json"},
	} {
		if field.Name == "content-type" && a.reason == "" {
			break
		}
		_ = c.encoder.WriteField(field)
	}
	c.idKnown = true
	return c.encoded.Bytes()
}

// statusText saves the usual status an allocation.
func statusText(status int) string {
	if status == 200 {
		return "200"
	}
	return strconv.Itoa(status)
}

// adjustLimit does what was observed with APNs in 2016: a refused push leaves the
// connection one stream, the next accepted one restores its limit.
func (c *conn) adjustLimit(a answer) {
	streams := c.limit.announced
	switch {
	case a.reason == "":
		streams = c.server.plan.Load().streamLimit()
	case a.reason.throttles():
		streams = 1
	}
	if streams == c.limit.announced || c.finished {
		return
	}
	if !c.limit.announce(streams) {
		c.fail(http2.ErrCodeSettingsTimeout)
		return
	}
	_ = c.framer.WriteSettings(http2.Setting{
		ID: http2.SettingMaxConcurrentStreams, Val: uint32(streams),
	})
}

// resetStream sends RST_STREAM and forgets the stream. It tells, as step does, whether
// the connection goes on.
func (c *conn) resetStream(id uint32, code http2.ErrCode) bool {
	if id > c.lastID { // an error on a stream that nobody opened
		c.fail(http2.ErrCodeProtocol)
		return false
	}
	_ = c.framer.WriteRSTStream(id, code)
	if st := c.open[id]; st != nil {
		c.closeStream(st)
	}
	return !c.finished
}

// fail ends the connection with an error code (RFC 9113 section 5.4.1).
func (c *conn) fail(code http2.ErrCode) {
	if c.finished {
		return
	}
	_ = c.framer.WriteGoAway(c.lastProcessed, code, nil)
	c.finish()
}

// goAway announces the end as APNs does: NO_ERROR, and the reason as JSON in the debug
// data. Streams up to last are still answered, for a bounded time; others are ignored.
func (c *conn) goAway(last uint32, reason string) {
	if c.leaving || c.finished {
		return
	}
	c.leaving = true
	var debug []byte
	if reason != "" {
		// The error cannot happen: strings can be encoded.
		debug, _ = json.Marshal(map[string]string{"reason": reason})
	}
	_ = c.framer.WriteGoAway(last, http2.ErrCodeNo, debug)
	c.drain = time.AfterFunc(drainTimeout+c.server.plan.Load().latency(), func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.finish()
	})
	c.finishIfDrained()
}

func (c *conn) finishIfDrained() {
	if c.leaving && len(c.open) == 0 {
		c.finish()
	}
}
