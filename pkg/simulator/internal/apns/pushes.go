package apns

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"sync"
	"time"
)

// The record is bounded: about 120 bytes a push, so about 120 MB when full, and never
// more than maxPushChunks chunks however long the push magics are.
const (
	maxRecordedPushes = 1_000_000
	pushChunkSize     = 64 << 10
	maxPushChunks     = 4096
)

// Push is one accepted push. At is in UTC.
type Push struct {
	Token     string    `json:"token"`
	Topic     string    `json:"topic"`
	PushMagic string    `json:"push_magic"`
	APNsID    string    `json:"apns_id"`
	At        time.Time `json:"at"`
}

// pushLog records the newest accepted pushes as bytes without pointers, so that a
// million of them cost the garbage collector nothing, and counts all of them.
type pushLog struct {
	mu     sync.Mutex
	chunks []pushChunk // oldest first
	kept   int
	limit  int // of pushes, and of ids in a generation
	room   int // how many chunks there may be

	accepted uint64
	repeated uint64 // pushes accepted under an apns-id that had been accepted before

	// Ids are remembered in two generations of at most limit each: the last limit
	// ids at least are all there.
	ids, olderIDs map[[16]byte]struct{}
}

type pushChunk struct {
	data  []byte
	count int
}

func newPushLog(limit int) *pushLog {
	return &pushLog{limit: limit, room: maxPushChunks, ids: map[[16]byte]struct{}{}}
}

// add records an accepted push. The token must be an even number of hexadecimal digits.
func (l *pushLog) add(p Push) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.accepted++
	l.noteID(p.APNsID)

	size := len(p.Token)/2 + len(p.Topic) + len(p.PushMagic) + len(p.APNsID) + 5*binary.MaxVarintLen64
	chunk := l.newest(size)
	chunk.data = binary.AppendUvarint(chunk.data, uint64(len(p.Token)/2))
	// The error cannot happen: the path was checked to end in hexadecimal digits.
	chunk.data, _ = hex.AppendDecode(chunk.data, []byte(p.Token))
	for _, text := range [...]string{p.Topic, p.PushMagic, p.APNsID} {
		chunk.data = binary.AppendUvarint(chunk.data, uint64(len(text)))
		chunk.data = append(chunk.data, text...)
	}
	chunk.data = binary.AppendVarint(chunk.data, p.At.UnixNano())
	chunk.count++
	l.kept++
	for len(l.chunks) > 1 && (l.kept > l.limit || len(l.chunks) > l.room) {
		l.kept -= l.chunks[0].count
		l.chunks[0] = pushChunk{}
		l.chunks = l.chunks[1:]
	}
}

// newest returns the chunk to write to, another one if size bytes do not fit any more.
func (l *pushLog) newest(size int) *pushChunk {
	if n := len(l.chunks); n == 0 || cap(l.chunks[n-1].data)-len(l.chunks[n-1].data) < size {
		l.chunks = append(l.chunks, pushChunk{data: make([]byte, 0, max(pushChunkSize, size))})
	}
	return &l.chunks[len(l.chunks)-1]
}

func (l *pushLog) noteID(apnsID string) {
	id, ok := canonicalUUID(apnsID)
	if !ok {
		return
	}
	_, seen := l.ids[id]
	if !seen {
		_, seen = l.olderIDs[id]
	}
	if seen {
		l.repeated++
		return
	}
	if len(l.ids) >= l.limit {
		l.ids, l.olderIDs = map[[16]byte]struct{}{}, l.ids
	}
	l.ids[id] = struct{}{}
}

// all returns the recorded pushes in order of acceptance.
func (l *pushLog) all() []Push {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]Push, 0, l.kept)
	for _, chunk := range l.chunks {
		for data := chunk.data; len(data) > 0; {
			var p Push
			p, data = decodePush(data)
			list = append(list, p)
		}
	}
	return list
}

// decodePush reads what add wrote, and returns what follows it.
func decodePush(data []byte) (Push, []byte) {
	var token []byte
	token, data = cutField(data)
	p := Push{Token: hex.EncodeToString(token)}
	for _, field := range [...]*string{&p.Topic, &p.PushMagic, &p.APNsID} {
		var text []byte
		text, data = cutField(data)
		*field = string(text)
	}
	at, n := binary.Varint(data)
	p.At = time.Unix(0, at).UTC()
	return p, data[n:]
}

func cutField(data []byte) (field, rest []byte) {
	size, n := binary.Uvarint(data)
	end := n + int(size)
	return data[n:end], data[end:]
}

// Pushes returns the newest accepted pushes, at most a million, in order.
func (s *Server) Pushes() []Push { return s.log.all() }

// counts returns how many pushes were accepted in all, and how many of them under an
// apns-id that had been accepted before.
func (s *Server) counts() (accepted, repeated uint64) {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.accepted, s.log.repeated
}

// newID makes the id of a push that came without one: upper-case, as in Apple's samples.
func newID(random [16]byte) string {
	random[6] = random[6]&0x0f | 0x40 // version 4
	random[8] = random[8]&0x3f | 0x80 // variant of RFC 9562
	text := strings.ToUpper(hex.EncodeToString(random[:]))
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
