package apns

import "time"

// Patience shortens what a client waits for, so that tests of faults are quick.
func (c *Client) Patience(start, dial, ping, pong, answer, drain, grace time.Duration) {
	c.tune.start, c.tune.dial, c.tune.ping, c.tune.pong = start, dial, ping, pong
	c.tune.answer, c.tune.drain, c.tune.grace = answer, drain, grace
}

// Hurry bounds the pauses between tries.
func (c *Client) Hurry(pause time.Duration) { c.tune.pause = pause }

// StartAt sets the first stream id of each connection.
func (c *Client) StartAt(id uint32) { c.tune.firstStream = id }

// IsPlainSuccess tells whether a header block takes the short cut.
func IsPlainSuccess(block []byte) bool { return isPlainSuccess(block) }

// Blocks writes request header blocks as a connection does.
type Blocks struct{ b *blocks }

// NewBlocks prepares header blocks.
func NewBlocks(authority string, n Notification) Blocks { return Blocks{newBlocks(authority, n)} }

// Append writes one block.
func (b Blocks) Append(dst, token []byte, id ID) []byte { return b.b.append(dst, token, id) }

// Resize follows a SETTINGS_HEADER_TABLE_SIZE.
func (b Blocks) Resize(size int) { b.b.resize(size) }

// Authorize sets the provider token.
func (b Blocks) Authorize(jwt string) { b.b.authorize(jwt) }
