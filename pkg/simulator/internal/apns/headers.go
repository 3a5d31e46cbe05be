package apns

import (
	"strconv"
	"strings"

	"golang.org/x/net/http2/hpack"
)

// headerSlot numbers the header fields that mean something to APNs.
type headerSlot int

const (
	slotMethod headerSlot = iota
	slotScheme
	slotPath
	slotAuthority
	slotTopic
	slotPushType
	slotPriority
	slotExpiration
	slotCollapseID
	slotAPNsID
	slotAuthorization
	slotContentLength
	slotContentType
	slotCount
	slotNone headerSlot = -1
)

func pseudoSlotOf(name string) headerSlot {
	switch name {
	case ":method":
		return slotMethod
	case ":scheme":
		return slotScheme
	case ":path":
		return slotPath
	case ":authority":
		return slotAuthority
	}
	return slotNone
}

func slotOf(name string) headerSlot {
	switch name {
	case "apns-topic":
		return slotTopic
	case "apns-push-type":
		return slotPushType
	case "apns-priority":
		return slotPriority
	case "apns-expiration":
		return slotExpiration
	case "apns-collapse-id":
		return slotCollapseID
	case "apns-id":
		return slotAPNsID
	case "authorization":
		return slotAuthorization
	case "content-length":
		return slotContentLength
	case "content-type":
		return slotContentType
	}
	return slotNone
}

// headers is the header section of one request. Of a repeated field the first
// value stays.
type headers struct {
	values    [slotCount]string
	seen      uint16
	regular   bool // a field that is not a pseudo-header was seen
	repeated  bool // a field came twice: APNs' DuplicateHeaders
	malformed bool // RFC 9113 section 8.1.1: the stream must be reset
}

func (h *headers) get(slot headerSlot) string { return h.values[slot] }

func (h *headers) has(slot headerSlot) bool { return h.seen>>slot&1 != 0 }

// add takes the next decoded field (RFC 9113 sections 8.2 and 8.3).
func (h *headers) add(field hpack.HeaderField) {
	pseudo := strings.HasPrefix(field.Name, ":")
	slot := slotOf(field.Name)
	if pseudo {
		slot = pseudoSlotOf(field.Name)
	}
	switch {
	case pseudo && (h.regular || slot == slotNone || h.has(slot)):
		h.malformed = true
	case slot == slotNone:
		h.malformed = h.malformed || !fieldAllowed(field)
	case h.has(slot):
		h.repeated = true
	default:
		h.values[slot] = field.Value
		h.seen |= 1 << slot
	}
	h.regular = h.regular || !pseudo
}

// fieldAllowed applies RFC 9113 section 8.2 to a field without a slot: names are lower
// case, and fields that speak of the connection are forbidden.
func fieldAllowed(field hpack.HeaderField) bool {
	switch field.Name {
	case "", "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade":
		return false
	case "te":
		return field.Value == "trailers"
	}
	return !strings.ContainsFunc(field.Name, func(r rune) bool {
		return r <= ' ' || r >= 'A' && r <= 'Z' || r >= 0x7f || r == ':'
	})
}

// complete tells whether the section can be a request at all.
func (h *headers) complete() bool {
	return !h.malformed && h.get(slotMethod) != "" && h.get(slotScheme) != "" && h.get(slotPath) != ""
}

// lengthFits tells whether a content-length, if any, is the size of the body.
func (h *headers) lengthFits(size int) bool {
	if !h.has(slotContentLength) {
		return true
	}
	length, err := strconv.Atoi(h.get(slotContentLength))
	return err == nil && length == size
}
