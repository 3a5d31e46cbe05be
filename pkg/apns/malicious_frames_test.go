package apns_test

import (
	"encoding/binary"
	"strings"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// framesOfMalice break the rules of frames (RFC 9113 sections 4 and 6).
func framesOfMalice() map[string]malice {
	broken := func(do func(l *link, r *request)) malice {
		return malice{maliciously(do), []string{"apns-protocol.", "apns-unreachable."}, 0, apns.Network}
	}
	setting := func(id uint16, value uint32) string {
		return string(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(nil, id), value))
	}
	number := func(n uint32) string { return string(binary.BigEndian.AppendUint32(nil, n)) }
	return map[string]malice{
		"a frame larger than allowed": broken(raw(http2.FrameData, 0, 1, strings.Repeat("x", 1<<14+1))),
		"a header that promises 16 MiB": broken(func(l *link, _ *request) {
			_, _ = l.bw.Write([]byte{0xff, 0xff, 0xff, byte(http2.FrameData), 0, 0, 0, 0, 1})
		}),
		"SETTINGS of five octets":          broken(raw(http2.FrameSettings, 0, 0, "12345")),
		"SETTINGS on a stream":             broken(raw(http2.FrameSettings, 0, 1, "")),
		"an acknowledgement with contents": broken(raw(http2.FrameSettings, http2.FlagSettingsAck, 0, setting(3, 1))),
		"an initial window beyond 2^31":    broken(raw(http2.FrameSettings, 0, 0, setting(4, 1<<31))),
		"a frame size of nothing":          broken(raw(http2.FrameSettings, 0, 0, setting(5, 0))),
		"a frame size beyond 16 MiB":       broken(raw(http2.FrameSettings, 0, 0, setting(5, 1<<24))),
		"pushes allowed to two degrees":    broken(raw(http2.FrameSettings, 0, 0, setting(2, 2))),
		"PING of seven octets":             broken(raw(http2.FramePing, 0, 0, "1234567")),
		"PING on a stream":                 broken(raw(http2.FramePing, 0, 1, "12345678")),
		"RST_STREAM of three octets":       broken(raw(http2.FrameRSTStream, 0, 1, "123")),
		"RST_STREAM of the connection":     broken(raw(http2.FrameRSTStream, 0, 0, number(0))),
		"GOAWAY of four octets":            broken(raw(http2.FrameGoAway, 0, 0, "1234")),
		"GOAWAY on a stream":               broken(raw(http2.FrameGoAway, 0, 1, number(0)+number(0))),
		"WINDOW_UPDATE of two octets":      broken(raw(http2.FrameWindowUpdate, 0, 0, "12")),
		"WINDOW_UPDATE by nothing":         broken(raw(http2.FrameWindowUpdate, 0, 0, number(0))),
		"WINDOW_UPDATE by nothing, on the stream": {
			maliciously(func(l *link, r *request) { raw(http2.FrameWindowUpdate, 0, r.id, number(0))(l, r) }), []string{"", "apns-protocol."}, 0, apns.Network,
		},
		"WINDOW_UPDATE beyond 2^31":    broken(raw(http2.FrameWindowUpdate, 0, 0, number(1<<31-1))),
		"DATA of the connection":       broken(raw(http2.FrameData, 0, 0, "x")),
		"HEADERS of the connection":    broken(raw(http2.FrameHeaders, http2.FlagHeadersEndHeaders, 0, "\x88")),
		"HEADERS that are all padding": {maliciously(raw(http2.FrameHeaders, http2.FlagHeadersPadded|http2.FlagHeadersEndHeaders, 1, "\xff\x88")), []string{"", "apns-protocol."}, 0, apns.Network},
		"DATA that is all padding":     broken(raw(http2.FrameData, http2.FlagDataPadded, 1, "\xffx")),
		"CONTINUATION of nothing":      broken(raw(http2.FrameContinuation, http2.FlagContinuationEndHeaders, 1, "\x88")),
		"a push promise":               broken(raw(http2.FramePushPromise, http2.FlagPushPromiseEndHeaders, 1, number(2)+"\x88")),
		"HEADERS cut off by a PING": broken(func(l *link, r *request) {
			raw(http2.FrameHeaders, 0, r.id, "\x88")(l, r)
			raw(http2.FramePing, 0, 0, "12345678")(l, r)
		}),
		"CONTINUATION of another stream": broken(func(l *link, r *request) {
			raw(http2.FrameHeaders, 0, r.id, "\x88")(l, r)
			raw(http2.FrameContinuation, 4, r.id+2, "\x88")(l, r)
		}),
		"an index beyond the table":      broken(func(l *link, r *request) { raw(http2.FrameHeaders, 5, r.id, "\xff\xff\xff\xff\x0f")(l, r) }),
		"an integer without an end":      broken(func(l *link, r *request) { raw(http2.FrameHeaders, 5, r.id, "\x8d"+strings.Repeat("\xff", 40))(l, r) }),
		"a table larger than allowed":    broken(func(l *link, r *request) { raw(http2.FrameHeaders, 5, r.id, "\x3f\xe1\xff\x03\x88")(l, r) }),
		"a header string beyond the end": broken(func(l *link, r *request) { raw(http2.FrameHeaders, 5, r.id, "\x88\x40\x7f\xff\x03x")(l, r) }),
		"a Huffman code that is none":    broken(func(l *link, r *request) { raw(http2.FrameHeaders, 5, r.id, "\x8d\x00\x82\xff\xff\x01a")(l, r) }),
		"a frame of an unknown kind": { // is passed over (RFC 9113, section 5.5), and no answer follows
			maliciously(raw(0xfe, 0xff, 1, "hello")), []string{"", "apns-unreachable."}, 0, apns.Network,
		},
		"a word of HTTP/1.1": broken(func(l *link, _ *request) { _, _ = l.bw.WriteString("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }),
		"a frame that never ends": broken(func(l *link, _ *request) {
			_, _ = l.bw.Write([]byte{0, 0x3f, 0xff, byte(http2.FrameHeaders), 4, 0, 0, 0, 1, 0x88})
		}),
	}
}
