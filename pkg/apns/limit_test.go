package apns_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// The limit of streams is kept to the letter from the moment of its acknowledgement, and
// made use of, as it changes to one, which APNs does after a refusal, and back.
func TestTheStreamLimitIsKept(t *testing.T) {
	p := serveH2(t, func(l *link) {
		c := &counter{link: l, t: t, most: map[uint32]int{}}
		c.announce(1)
		c.serve(map[int]uint32{50: 100, 400: 1, 450: 200, 1000: 7})
		for limit, most := range c.most {
			if c.seen > 1000 && most <= int(limit)/2 {
				t.Errorf("%d streams at a time, where %d were allowed", most, limit)
			}
		}
	})
	_, s, err := push(t, clientFor(t, p), &fleet{n: 3000})
	wantAccepted(t, s, err, 3000)
}

// counter is a server that counts the streams which are open at a time. It answers only
// when the client has nothing more to say, so that the client goes as far as it dares.
type counter struct {
	*link
	t *testing.T

	open      []*request     // whole or not, oldest first
	announced []uint32       // not acknowledged yet
	limit     uint32         // the last that was; 0: none
	most      map[uint32]int // streams open at a time under each limit
	seen      int            // requests answered
}

func (c *counter) announce(limit uint32) {
	c.announced = append(c.announced, limit)
	c.greet(http2.Setting{ID: http2.SettingMaxConcurrentStreams, Val: limit})
}

// serve serves until the client leaves, and changes the limit after so many requests.
func (c *counter) serve(limits map[int]uint32) {
	for c.listen() {
		for _, r := range c.open {
			c.accept(r)
			c.seen++
			if limit, ok := limits[c.seen]; ok {
				c.announce(limit)
			}
		}
		c.open = c.open[:0]
		_ = c.bw.Flush()
	}
}

// listen reads until the client waits; false when it has left.
func (c *counter) listen() bool {
	const patience = 5 * time.Millisecond
	for {
		_ = c.nc.SetReadDeadline(time.Now().Add(patience))
		_, err := c.br.Peek(9)
		_ = c.nc.SetReadDeadline(time.Time{})
		if errors.Is(err, os.ErrDeadlineExceeded) {
			if len(c.open) > 0 {
				return true
			}
			continue
		}
		if err != nil {
			return false
		}
		f, err := c.ReadFrame()
		if err != nil {
			return false
		}
		c.take(f)
	}
}

// take counts a frame.
func (c *counter) take(f http2.Frame) {
	switch f := f.(type) {
	case *http2.HeadersFrame:
		if _, err := c.dec.DecodeFull(f.HeaderBlockFragment()); err != nil {
			c.t.Error(err)
		}
		c.open = append(c.open, &request{id: f.StreamID})
		if c.limit == 0 {
			return
		}
		if len(c.open) > int(c.limit) {
			c.t.Errorf("%d streams are open, the limit is %d", len(c.open), c.limit)
		}
		c.most[c.limit] = max(c.most[c.limit], len(c.open))
	case *http2.DataFrame:
		_ = c.WriteWindowUpdate(0, max(1, f.Length))
	case *http2.SettingsFrame:
		if f.IsAck() && len(c.announced) > 0 {
			c.limit, c.announced = c.announced[0], c.announced[1:]
			return
		}
		c.other(f)
	default:
		c.other(f)
	}
}
