package apns

import (
	"encoding/binary"

	"golang.org/x/net/http2"
)

// Frames are written by hand into one buffer per connection, for x/net's Framer makes
// a call of Write for each; reading is left to the Framer.

const frameHeader = 9

// appendFrame writes a frame header (RFC 9113 section 4.1).
func appendFrame(dst []byte, length int, kind http2.FrameType, flags http2.Flags, id uint32) []byte {
	dst = append(binary.BigEndian.AppendUint32(dst, lengthAndKind(length, kind)), byte(flags))
	return binary.BigEndian.AppendUint32(dst, id)
}

// lengthAndKind is the first four bytes of a frame header.
func lengthAndKind(length int, kind http2.FrameType) uint32 {
	return uint32(length)<<8 | uint32(kind)
}

// appendData writes a DATA frame.
func appendData(dst []byte, id uint32, p []byte, end bool) []byte {
	var flags http2.Flags
	if end {
		flags = http2.FlagDataEndStream
	}
	return append(appendFrame(dst, len(p), http2.FrameData, flags, id), p...)
}

// appendReset writes RST_STREAM.
func appendReset(dst []byte, id uint32, code http2.ErrCode) []byte {
	dst = appendFrame(dst, 4, http2.FrameRSTStream, 0, id)
	return binary.BigEndian.AppendUint32(dst, uint32(code))
}

// appendCredit writes WINDOW_UPDATE.
func appendCredit(dst []byte, id, n uint32) []byte {
	dst = appendFrame(dst, 4, http2.FrameWindowUpdate, 0, id)
	return binary.BigEndian.AppendUint32(dst, n)
}

// appendPing writes PING or its answer.
func appendPing(dst []byte, ack bool, data [8]byte) []byte {
	var flags http2.Flags
	if ack {
		flags = http2.FlagPingAck
	}
	return append(appendFrame(dst, 8, http2.FramePing, flags, 0), data[:]...)
}

// appendGoAway writes GOAWAY; the peer opens no streams, so its last is 0.
func appendGoAway(dst []byte, code http2.ErrCode) []byte {
	dst = appendFrame(dst, 8, http2.FrameGoAway, 0, 0)
	dst = binary.BigEndian.AppendUint32(dst, 0)
	return binary.BigEndian.AppendUint32(dst, uint32(code))
}

// Our side's settings: answers are short, so the default stream window does, while the
// connection's must carry the answers to thousands of pushes.
const (
	connectionWindow = 1 << 24
	creditStep       = 1 << 22
)

// appendPreface writes what a client says first (RFC 9113 section 3.4).
func appendPreface(dst []byte) []byte {
	dst = append(dst, http2.ClientPreface...)
	dst = appendFrame(dst, 6, http2.FrameSettings, 0, 0)
	dst = binary.BigEndian.AppendUint16(dst, uint16(http2.SettingEnablePush))
	dst = binary.BigEndian.AppendUint32(dst, 0)
	return appendCredit(dst, 0, connectionWindow-defaultWindow)
}
