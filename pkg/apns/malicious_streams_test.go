package apns_test

import (
	"crypto/tls"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"golang.org/x/net/http2"
)

// streamsOfMalice end streams and connections where they should not.
func streamsOfMalice() map[string]malice {
	goAway := func(last uint32, code http2.ErrCode, debug string) func(*link, *request) {
		return func(l *link, _ *request) { _ = l.WriteGoAway(last, code, []byte(debug)) }
	}
	ends := func(do func(l *link, r *request)) malice {
		return malice{maliciously(do), []string{"", "apns-protocol.", "apns-unreachable."}, 0, apns.Network}
	}
	return map[string]malice{
		"every stream refused, for ever": {maliciously(func(l *link, r *request) { _ = l.WriteRSTStream(r.id, http2.ErrCodeRefusedStream) }), []string{"", "apns-"}, 0, apns.Later},
		"every stream reset":             ends(func(l *link, r *request) { _ = l.WriteRSTStream(r.id, http2.ErrCodeEnhanceYourCalm) }),
		"a reset with a code of its own": ends(func(l *link, r *request) { _ = l.WriteRSTStream(r.id, 0xdeadbeef) }),
		"GOAWAY for an even stream":      ends(goAway(2, http2.ErrCodeNo, "")),
		"GOAWAY beyond all streams":      ends(goAway(1<<31-1, http2.ErrCodeNo, "")),
		"GOAWAY that rises":              ends(func(l *link, r *request) { goAway(1, 0, "")(l, r); goAway(1<<31-1, 0, "")(l, r) }),
		"GOAWAY with a code of its own":  ends(goAway(1, 0xdeadbeef, "")),
		"GOAWAY with a long speech":      ends(goAway(1, http2.ErrCodeNo, strings.Repeat("\x1b[31m", 3000))),
		"GOAWAY that blames us":          {maliciously(goAway(0, http2.ErrCodeNo, `{"reason":"BadCertificate"}`)), []string{"apns-refused."}, 0, apns.Credential},
		"half a connection":              ends(func(l *link, _ *request) { _ = l.nc.(*tls.Conn).CloseWrite() }),
		"the end after each request":     ends(func(l *link, _ *request) { _ = l.nc.Close() }),
		"the end of TCP without TLS's":   ends(func(l *link, _ *request) { _ = l.nc.(*tls.Conn).NetConn().Close() }),
		"no window for a body": {h2(func(l *link) {
			l.each(func(int, *request) bool { return true }, http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0})
		}), []string{"apns-", ""}, 0, apns.Network},
		"an octet in a while": {h2(func(l *link) {
			l.greet()
			for r := l.next(); r != nil; {
				if _, err := l.nc.Write([]byte{0}); err != nil {
					return
				}
				time.Sleep(50 * time.Millisecond)
			}
		}), []string{"", "apns-"}, 0, apns.Network},
		"one answer, and then silence": {h2(func(l *link) {
			l.greet()
			if r := l.next(); r != nil {
				l.accept(r)
			}
			acceptNone(l)
		}), []string{"", "apns-unreachable."}, 1, apns.Network},
	}
}
