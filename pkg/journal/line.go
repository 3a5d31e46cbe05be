package journal

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// Header is the first line of a journal.
type Header struct {
	Run apns.ID // what the apns-ids of the run derive from
	// Input is the SHA-256 of the input in hexadecimal; empty for a pipe.
	Input string
	// Shard is the part of the input that the run takes, as I/N; 0/1 is all of it. Empty
	// in a journal that does not say.
	Shard string
}

// beginning is how every journal begins.
const beginning = `{"run":"`

// AppendHeader appends the header's line.
func AppendHeader(dst []byte, h Header) []byte {
	dst = append(dst, beginning...)
	dst, _ = h.Run.AppendText(dst)
	dst = append(dst, `","input_sha256":"`...)
	dst = append(dst, h.Input...)
	if h.Shard != "" {
		dst = append(dst, `","shard":"`...)
		dst = append(dst, h.Shard...)
	}
	return append(dst, "\"}\n"...)
}

// AppendResult appends a result as a line of JSON: position, token, apns_id, status,
// reason, timestamp (of a 410, RFC 3339; else null), attempts and class.
func AppendResult(dst []byte, r *apns.Result) []byte {
	dst = append(dst, `{"position":`...)
	dst = strconv.AppendInt(dst, r.Position, 10)
	dst = append(dst, `,"token":`...)
	dst = appendText(dst, r.Token)
	dst = append(dst, `,"apns_id":"`...)
	dst, _ = r.ID.AppendText(dst)
	dst = append(dst, `","status":`...)
	dst = strconv.AppendInt(dst, int64(r.Status), 10)
	dst = append(dst, `,"reason":`...)
	dst = appendText(dst, r.Reason)
	dst = append(dst, `,"timestamp":`...)
	if r.Timestamp > 0 {
		dst = append(dst, '"')
		dst = time.UnixMilli(r.Timestamp).UTC().AppendFormat(dst, time.RFC3339)
		dst = append(dst, '"')
	} else {
		dst = append(dst, "null"...)
	}
	dst = append(dst, `,"attempts":`...)
	dst = strconv.AppendInt(dst, int64(r.Attempts), 10)
	dst = append(dst, `,"class":"`...)
	dst = append(dst, r.Class...)
	return append(dst, "\"}\n"...)
}

// appendText appends a JSON string. A token is letters and digits; what stood in place of
// one, and a reason that Apple has not published yet, may be anything, and a terminal that shows
// the line obeys some of it: all but ASCII is escaped (RFC 8259, 7).
func appendText[T string | []byte](dst []byte, text T) []byte {
	dst = append(dst, '"')
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return append(appendEscaped(dst, string(text)), '"')
		}
	}
	dst = append(dst, text...)
	return append(dst, '"')
}

func appendEscaped(dst []byte, text string) []byte {
	for _, r := range text {
		switch {
		case r == '"', r == '\\':
			dst = append(dst, '\\', byte(r))
		case r >= ' ' && r <= '~':
			dst = append(dst, byte(r))
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				dst = fmt.Appendf(dst, `\u%04x`, unit)
			}
		}
	}
	return dst
}
