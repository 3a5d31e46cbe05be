package apns

import (
	"crypto/sha256"
	"encoding/binary"
)

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
