package apns

import "golang.org/x/net/http2"

// streams is what a connection knows of its streams, guarded by conn.mu.
type streams struct {
	open          map[uint32]*stream
	free          []*stream // to be used again
	lastID        uint32    // the highest that the client opened
	lastProcessed uint32    // the highest that was not refused
	processed     int
	limit         streamLimit
	blocked       int // streams with a part of their answer unsent

	firstWindow int64  // of a new stream, as the client's SETTINGS say
	consumed    uint32 // what the client has sent since it was last told of more
}

// stream is one request and its answer.
type stream struct {
	id       uint32
	headers  *headers
	body     []byte
	size     int    // of the whole body; of one that is too large no more than its beginning is kept
	ended    bool   // the request is whole, or enough of it
	cut      bool   // it was answered before its end
	answered bool   // the answer's HEADERS are sent
	unsent   string // rest of the answer
	window   int64  // for the answer's DATA
}

// headerBlock is a header section on its way, one HEADERS frame and its CONTINUATIONs.
type headerBlock struct {
	stream  uint32
	last    bool // END_STREAM
	size    int
	headers *headers
}

func (c *conn) initStreams() {
	c.open = map[uint32]*stream{}
	c.firstWindow = initialWindow
}

func (c *conn) onHeaders(f *http2.HeadersFrame) error {
	emptied := c.block.headers
	*emptied = headers{}
	c.block = headerBlock{stream: f.StreamID, last: f.StreamEnded(), headers: emptied}
	return c.onFragment(f.HeaderBlockFragment(), f.HeadersEnded())
}

// onFragment decodes a part of a header block. Every block is decoded, of refused
// streams too, since HPACK has one state for the whole connection.
func (c *conn) onFragment(fragment []byte, ended bool) error {
	c.block.size += len(fragment)
	if c.block.size > maxHeaderBlock {
		return http2.ConnectionError(http2.ErrCodeEnhanceYourCalm)
	}
	if _, err := c.decoder.Write(fragment); err != nil {
		return http2.ConnectionError(http2.ErrCodeCompression)
	}
	if !ended {
		return nil
	}
	if err := c.decoder.Close(); err != nil {
		return http2.ConnectionError(http2.ErrCodeCompression)
	}
	if st := c.open[c.block.stream]; st != nil {
		return c.onTrailers(st)
	}
	return c.onRequest()
}

// onTrailers ends a request that has a trailer section, of which nothing is used.
func (c *conn) onTrailers(st *stream) error {
	switch {
	case st.cut:
		return nil
	case st.ended:
		return http2.ConnectionError(http2.ErrCodeStreamClosed)
	case !c.block.last:
		return http2.ConnectionError(http2.ErrCodeProtocol)
	}
	c.endRequest(st, st.body)
	return nil
}

// onRequest opens a stream, or says why not.
func (c *conn) onRequest() error {
	id, plan := c.block.stream, c.server.plan.Load()
	switch {
	case id%2 == 0:
		return http2.ConnectionError(http2.ErrCodeProtocol)
	case id <= c.lastID:
		return http2.ConnectionError(http2.ErrCodeStreamClosed)
	}
	c.lastID = id
	if refusal := c.refusalOf(plan); refusal != "" && c.processed == 0 {
		c.server.logf("apns: GOAWAY %s to %s", refusal, c.raw.RemoteAddr())
		c.goAway(0, refusal)
	}
	switch {
	case c.leaving:
		return nil
	case len(c.open) >= c.limit.allowed():
		c.resetStream(id, http2.ErrCodeRefusedStream)
		return nil
	}
	c.openStream(plan)
	return nil
}

// refusalOf is the reason to refuse the whole connection at its first request.
func (c *conn) refusalOf(plan *faultPlan) string {
	if c.refusal == "" && plan.GoAwayAfter == 0 {
		return plan.GoAwayReason
	}
	return string(c.refusal)
}

func (c *conn) openStream(plan *faultPlan) {
	st := c.newStream()
	st.headers, c.block.headers = c.block.headers, st.headers
	st.id, st.window = c.block.stream, c.firstWindow
	c.open[st.id] = st
	c.lastProcessed = st.id
	c.processed++
	if plan.GoAwayAfter > 0 && c.processed >= plan.GoAwayAfter {
		c.goAway(st.id, plan.GoAwayReason)
	}
	switch {
	case !st.headers.complete():
		c.resetStream(st.id, http2.ErrCodeProtocol)
	case c.block.last:
		c.endRequest(st, nil)
	}
}

// newStream returns an empty stream, if possible one that served before.
func (c *conn) newStream() *stream {
	n := len(c.free)
	if n == 0 {
		return &stream{headers: new(headers)}
	}
	st := c.free[n-1]
	c.free = c.free[:n-1]
	*st = stream{headers: st.headers, body: st.body[:0]}
	return st
}

func (c *conn) closeStream(st *stream) {
	if st.unsent != "" {
		c.blocked--
	}
	delete(c.open, st.id)
	c.free = append(c.free, st)
	c.finishIfDrained()
}

// onData takes a part of a payload. What a push with too large a payload still has to
// send is not waited for: it is answered, and its stream reset (RFC 9113 section 8.1).
func (c *conn) onData(f *http2.DataFrame) error {
	c.consume(f.Length)
	st := c.open[f.StreamID]
	switch {
	case st == nil && f.StreamID > c.lastID:
		return http2.ConnectionError(http2.ErrCodeProtocol)
	case st == nil, st.cut: // closed a moment ago, perhaps by ourselves
		return nil
	case st.ended:
		return http2.StreamError{StreamID: st.id, Code: http2.ErrCodeStreamClosed}
	}
	payload := f.Data()
	st.size += len(payload)
	if !f.StreamEnded() || len(st.body) > 0 {
		st.body = append(st.body, payload...)
		payload = st.body
	}
	st.cut = !f.StreamEnded() && st.size > maxVoIPPayload
	if f.StreamEnded() || st.cut {
		c.endRequest(st, payload)
	}
	return nil
}

// endRequest checks a request of which everything is known.
func (c *conn) endRequest(st *stream, payload []byte) {
	st.ended = true
	if !st.cut && !st.headers.lengthFits(st.size) {
		c.resetStream(st.id, http2.ErrCodeProtocol)
		return
	}
	c.answer(st, c.server.decide(&c.client, st.headers, payload, st.size))
}

func (c *conn) onReset(f *http2.RSTStreamFrame) error {
	if f.StreamID > c.lastID {
		return http2.ConnectionError(http2.ErrCodeProtocol)
	}
	if st := c.open[f.StreamID]; st != nil {
		c.closeStream(st)
	}
	return nil
}
