package apns

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"iter"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Notification is what all pushes of a run have in common: the request headers of
// Apple's table "Sending notification requests to APNs".
type Notification struct {
	Topic    string // apns-topic; for MDM the UID of the certificate
	PushType string // apns-push-type, "mdm" for MDM
	Priority int    // apns-priority: 10, 5 or 1; 0 leaves the header out
	// Expiration is apns-expiration in UNIX seconds. 0 means one attempt and no
	// storing; a negative value leaves the header out.
	Expiration int64
	CollapseID string // apns-collapse-id, at most 64 bytes; empty leaves it out
}

// Headers yields the request's constant header fields after the pseudo fields, in
// the order in which they are sent. apns-id and authorization follow them.
func (n Notification) Headers() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		fields := [...][2]string{
			{"apns-topic", n.Topic},
			{"apns-push-type", n.PushType},
			{"apns-priority", decimal(int64(n.Priority), 1)},
			{"apns-expiration", decimal(n.Expiration, 0)},
			{"apns-collapse-id", n.CollapseID},
			{"content-type", "application/json"},
		}
		for _, f := range fields {
			if f[1] != "" && !yield(f[0], f[1]) {
				return
			}
		}
	}
}

// decimal writes v, or nothing when v is below least.
func decimal(v, least int64) string {
	if v < least {
		return ""
	}
	return strconv.FormatInt(v, 10)
}

// check refuses what no header may carry (RFC 9110 section 5.5). Whether a value
// makes sense is for APNs to say.
func (n Notification) check() error {
	for name, value := range n.Headers() {
		if len(value) > maxField {
			return problem.Say(problem.Usage, "push-header", problem.Params{"header": name})
		}
		for i := range len(value) {
			if value[i] <= ' ' || value[i] >= 0x7f {
				return problem.Say(problem.Usage, "push-header", problem.Params{"header": name})
			}
		}
	}
	return nil
}

// maxField bounds a header value, so that a header block always fits one frame.
const maxField = 1024

// Push is one push to one device.
type Push struct {
	Position int64  // place in the input, handed back in the [Result]
	Token    []byte // device token in hexadecimal
	Body     []byte // JSON payload, at most 4,096 bytes for APNs (VoIP 5,120)
	ID       ID     // apns-id, the same at every try
}

// maxToken bounds a device token in hexadecimal digits. Apple names no length; this
// one only keeps a header block within one frame.
const maxToken = 2048

// sendable tells whether the token can stand in a path: hexadecimal, whole bytes.
func (p *Push) sendable() bool {
	if len(p.Token) == 0 || len(p.Token)%2 != 0 || len(p.Token) > maxToken {
		return false
	}
	for _, d := range p.Token {
		if (d < '0' || d > '9') && (d < 'a' || d > 'f') && (d < 'A' || d > 'F') {
			return false
		}
	}
	return true
}

// Source hands out the pushes of a run one after another.
type Source interface {
	// Next fills p with the next push, or returns [io.EOF] after the last one. Any
	// other error stops the run. The slices in p are the source's own from an
	// earlier call: it may append to p.Token[:0] and p.Body[:0], or point them to
	// memory that never changes. The engine reads ahead by a few hundred pushes at
	// most, and may still be waiting in Next when a cancelled run returns.
	Next(p *Push) error
}

// ID is an apns-id: a UUID (RFC 9562).
type ID [16]byte

// idLength is the length of an apns-id in text.
const idLength = 36

// AppendText appends the canonical lower-case form to dst.
func (id ID) AppendText(dst []byte) ([]byte, error) {
	for i, part := range [...][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return dst, nil
}

// String is the canonical lower-case form.
func (id ID) String() string {
	text, _ := id.AppendText(make([]byte, 0, idLength))
	return string(text)
}

// MarshalText is the canonical lower-case form, for JSON.
func (id ID) MarshalText() ([]byte, error) { return id.AppendText(nil) }

// DeriveID is the apns-id of the push at a position of a run: a version 8 UUID
// (RFC 9562 section 5.8), so that a resumed run repeats the ids of the first.
func DeriveID(run ID, position int64) ID {
	var seed [24]byte
	copy(seed[:], run[:])
	binary.BigEndian.PutUint64(seed[16:], uint64(position))
	sum := sha256.Sum256(seed[:])
	id := ID(sum[:16])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}
