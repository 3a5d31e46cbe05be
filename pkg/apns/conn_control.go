package apns

import (
	"golang.org/x/net/http2"
)

// settings follows the peer's SETTINGS and acknowledges them; the writer, which sends
// the acknowledgement, has the new values from the same moment on.
func (c *conn) settings(f *http2.SettingsFrame) error {
	if f.IsAck() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.awake()
	if err := f.ForeachSetting(c.setting); err != nil {
		return err
	}
	return c.tell(appendFrame(c.control, 0, http2.FrameSettings, http2.FlagSettingsAck, 0))
}

// setting follows one parameter (RFC 9113 section 6.5.2).
func (c *conn) setting(s http2.Setting) error {
	if err := s.Valid(); err != nil {
		return err
	}
	switch s.ID {
	case http2.SettingMaxConcurrentStreams:
		c.flow.streams = int(min(s.Val, mostStreams))
	case http2.SettingInitialWindowSize:
		return c.flow.setInitial(s.Val)
	case http2.SettingMaxFrameSize:
		c.flow.frame = int(s.Val)
	case http2.SettingHeaderTableSize:
		if size := int(min(s.Val, defaultTable)); size != c.table {
			c.table, c.resized = size, true
		}
	}
	return nil
}

// ping answers a PING; an answer to ours has done its work by being heard.
func (c *conn) ping(f *http2.PingFrame) error {
	if f.IsAck() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.awake()
	return c.tell(appendPing(c.control, true, f.Data))
}

// windowUpdate adds to a window.
func (c *conn) windowUpdate(f *http2.WindowUpdateFrame) error {
	s := c.slots.find(f.StreamID)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case f.StreamID == 0:
		full := c.flow.window > 0 && c.flow.stalled == nil
		if err := c.flow.credit(f.Increment); err != nil || full {
			return err
		}
	case s == nil || s.rest == nil:
		return nil
	default:
		if err := c.flow.creditStream(s, f.Increment); err != nil {
			return err
		}
	}
	c.awake()
	return nil
}

// goAway keeps the peer's reason and opens no more streams. A second GOAWAY may lower
// the last stream; a reason given once stays.
func (c *conn) goAway(f *http2.GoAwayFrame) {
	e := &goAwayError{code: f.ErrCode, last: f.LastStreamID, reason: goAwayReason(f.DebugData())}
	c.mu.Lock()
	if c.goaway != nil && e.reason == "" {
		e.reason = c.goaway.reason
	}
	c.goaway = e
	c.mu.Unlock()
	c.drain(f.LastStreamID)
}
