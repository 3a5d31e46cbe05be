package apns_test

import (
	"strings"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// floodsOfMalice send without end. The run ends by its own bounds, not by theirs.
func floodsOfMalice() map[string]malice {
	flood := func(deaf bool, frame func(l *link, r *request) error) malice {
		return malice{flooding(deaf, frame), []string{"", "apns-protocol.", "apns-unreachable."}, 0, apns.Network}
	}
	filler := strings.Repeat("x", 1<<14)
	first := func(start func(l *link, r *request), then func(l *link, r *request) error) func(*link, *request) error {
		started := map[*link]bool{}
		return func(l *link, r *request) error {
			if !started[l] {
				started[l] = true
				start(l, r)
			}
			return then(l, r)
		}
	}
	return map[string]malice{
		"a flood of PING":                flood(false, endless(http2.FramePing, 0, 0, "12345678")),
		"a flood of pongs":               flood(false, endless(http2.FramePing, http2.FlagPingAck, 0, "12345678")),
		"a flood of SETTINGS":            flood(false, endless(http2.FrameSettings, 0, 0, "\x00\x01\x00\x00\x10\x00")),
		"a flood of RST_STREAM":          flood(false, endless(http2.FrameRSTStream, 0, 9999, "\x00\x00\x00\x08")),
		"a flood of WINDOW_UPDATE":       flood(false, endless(http2.FrameWindowUpdate, 0, 9999, "\x00\x00\x00\x01")),
		"a flood of zero WINDOW_UPDATE":  flood(true, endless(http2.FrameWindowUpdate, 0, 9999, "\x00\x00\x00\x00")),
		"a flood of PRIORITY":            flood(false, endless(http2.FramePriority, 0, 1, "\x00\x00\x00\x03\x10")),
		"a flood of unknown frames":      flood(false, endless(0xee, 0, 1, filler)),
		"a flood of empty DATA":          flood(false, endless(http2.FrameData, 0, 9999, "")),
		"a flood of DATA beyond windows": flood(true, endless(http2.FrameData, 0, 9999, filler)),
		"a flood of GOAWAY":              flood(false, endless(http2.FrameGoAway, 0, 0, "\x7f\xff\xff\xff\x00\x00\x00\x00")),
		"a flood of interim answers": flood(false, func(l *link, r *request) error {
			return l.WriteHeaders(http2.HeadersFrameParam{StreamID: r.id, EndHeaders: true, BlockFragment: l.block(":status", "103")})
		}),
		"CONTINUATION without end": flood(false, first(func(l *link, r *request) { raw(http2.FrameHeaders, 0, r.id, "\x8d")(l, r) },
			func(l *link, r *request) error { return l.WriteContinuation(r.id, false, []byte(filler)) })),
		"empty CONTINUATION without end": flood(false, first(func(l *link, r *request) { raw(http2.FrameHeaders, 0, r.id, "\x8d")(l, r) },
			func(l *link, r *request) error { return l.WriteContinuation(r.id, false, nil) })),
		"header blocks that unpack to a gigabyte": flood(false, first(
			func(l *link, r *request) {
				raw(http2.FrameHeaders, 4, 9999, "\x8d\x40\x01x\x7f\x81\x1e"+strings.Repeat("y", 4000))(l, r)
			}, endless(http2.FrameHeaders, 4, 9999, strings.Repeat("\xbe", 1<<14)))),
		"a refusal whose body never ends": {flooding(false, first(answering(false, ":status", "400"),
			func(l *link, r *request) error { return l.WriteData(r.id, false, []byte(filler)) })), []string{"", "apns-"}, 0, apns.Credential},
	}
}

// unheardFloods ask without end for answers that they never read. What is owed to them grows until
// a bound of the client ends it, however patient the client is.
func unheardFloods() map[string]malice {
	flood := func(frame func(l *link, r *request) error) malice {
		return malice{flooding(true, frame), []string{"", "apns-protocol.", "apns-unreachable."}, 0, apns.Network}
	}
	return map[string]malice{
		"a flood of PING, unheard":     flood(endless(http2.FramePing, 0, 0, "12345678")),
		"a flood of SETTINGS, unheard": flood(endless(http2.FrameSettings, 0, 0, "")),
	}
}

func endless(kind http2.FrameType, flags http2.Flags, id uint32, payload string) func(*link, *request) error {
	return func(l *link, _ *request) error { return l.WriteRawFrame(kind, flags, id, []byte(payload)) }
}
