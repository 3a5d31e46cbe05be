package apns_test

import (
	"strings"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// answersOfMalice are answers that are none, or say something else than they seem to.
func answersOfMalice() map[string]malice {
	bad := func(do func(l *link, r *request)) malice {
		return malice{maliciously(do), []string{"", "apns-protocol.", "apns-unreachable."}, 0, apns.Network}
	}
	rejected := func(class apns.Class, status int, body string, extra ...string) malice {
		return malice{maliciously(func(l *link, r *request) { l.reject(r, status, body, extra...) }), []string{"", "apns-refused."}, 0, class}
	}
	return map[string]malice{
		"two statuses, the second good":      bad(answering(true, ":status", "500", ":status", "200")),
		"two statuses, the first good":       bad(answering(true, ":status", "200", ":status", "410")),
		"two statuses, both good":            bad(answering(true, ":status", "200", ":status", "200")),
		"a status behind other fields":       bad(answering(true, "apns-id", "x", ":status", "200")),
		"a status beside a path":             bad(answering(true, ":status", "200", ":path", "/")),
		"a second status out of the table":   bad(tabledStatus),
		"no status":                          bad(answering(true, "apns-id", "x")),
		"a status with a sign":               bad(answering(true, ":status", "+200")),
		"a status with zeros":                bad(answering(true, ":status", "0200")),
		"a status of two digits":             bad(answering(true, ":status", "20")),
		"a status in words":                  bad(answering(true, ":status", "OK")),
		"a status of many digits":            bad(answering(true, ":status", strings.Repeat("9", 400))),
		"an empty status":                    bad(answering(true, ":status", "")),
		"an interim answer that ends":        bad(answering(true, ":status", "100")),
		"a status below one hundred":         bad(answering(true, ":status", "099")),
		"a body before its answer":           bad(func(l *link, r *request) { _ = l.WriteData(r.id, true, []byte("200")) }),
		"an answer for another stream":       bad(func(l *link, r *request) { answering(true, ":status", "200")(l, &request{id: r.id + 100}) }),
		"an answer for an even stream":       bad(func(l *link, r *request) { answering(true, ":status", "200")(l, &request{id: r.id + 1}) }),
		"an answer that says Created":        {maliciously(answering(true, ":status", "201")), []string{""}, 0, apns.Network},
		"an answer that leads elsewhere":     {maliciously(answering(true, ":status", "302", "location", "https://example.com/")), []string{""}, 0, apns.Network},
		"a reason of a megabyte":             rejected(apns.Credential, 400, `{"reason":"`+strings.Repeat("A", 15<<10)),
		"a reason nested ten thousand deep":  rejected(apns.Credential, 400, strings.Repeat(`{"reason":`, 1500)),
		"a reason with an escape sequence":   rejected(apns.Credential, 400, `{"reason":"\u001b]0;owned\u0007"}`),
		"a time beyond all":                  rejected(apns.Device, 410, `{"reason":"Unregistered","timestamp":99999999999999999999}`),
		"a page of HTML":                     rejected(apns.Credential, 403, "<html><script>alert(1)</script>"),
		"a wait of a year":                   rejected(apns.Later, 429, `{"reason":"TooManyRequests"}`, "retry-after", "31536000"),
		"a wait of no number":                rejected(apns.Later, 429, `{"reason":"TooManyRequests"}`, "retry-after", "-1e9"),
		"a body that is no end of an answer": {maliciously(answering(false, ":status", "200")), []string{""}, 3, apns.Network},
		"a good status of a thousand fields": {maliciously(answering(true, append([]string{":status", "200"}, strings.Split(strings.Repeat("a b ", 1000)+"c d", " ")...)...)), []string{""}, 3, apns.Network},
		"a reset behind an answer":           {maliciously(func(l *link, r *request) { l.accept(r); _ = l.WriteRSTStream(r.id, http2.ErrCodeInternal) }), []string{""}, 3, apns.Network},
		"two answers to one request":         {maliciously(func(l *link, r *request) { l.accept(r); l.accept(r) }), []string{""}, 3, apns.Network},
	}
}

// tabledStatus puts a refusal into the table, and then adds it to what begins as a success.
func tabledStatus(l *link, r *request) {
	raw(http2.FrameHeaders, 4, 9999, "\x48\x03410")(l, r)
	raw(http2.FrameHeaders, 5, r.id, "\x88\xbe")(l, r)
}
