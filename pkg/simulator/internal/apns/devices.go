package apns

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// States of a device. The last two are answered with 410.
const (
	deviceActive       = "active"
	deviceUnregistered = "unregistered"
	deviceExpired      = "expired"
)

// maxDevices bounds the registry, which is held in memory.
const maxDevices = 1_000_000

// maxTokenLength bounds a token's hexadecimal digits. Apple says that the length is
// variable and names no limit.
const maxTokenLength = 1024

// Device is what APNs knows of a token, and the push magic that a test wants to see
// again. State is active (also when empty), unregistered or expired.
type Device struct {
	Topic     string `json:"topic"`
	PushMagic string `json:"push_magic"`
	State     string `json:"state"`
}

// knownDevice is a device and when it took its state, for the timestamp of a 410.
type knownDevice struct {
	Device
	since time.Time
}

// deviceRegistry maps lower-case tokens to devices.
type deviceRegistry struct {
	mu      sync.RWMutex
	byToken map[string]knownDevice
}

func (r *deviceRegistry) find(token string) (knownDevice, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	d, ok := r.byToken[token]
	return d, ok
}

// SetDevice registers a token, or changes what is known of it.
func (s *Server) SetDevice(token string, d Device) error {
	token = strings.ToLower(token)
	if !isHexToken(token) {
		return errors.New("a token is an even number of hexadecimal digits")
	}
	if !wellFormedTopic(d.Topic) {
		return errors.New("topic is missing or malformed")
	}
	d.State = cmp.Or(d.State, deviceActive)
	if d.State != deviceActive && d.State != deviceUnregistered && d.State != deviceExpired {
		return errors.New(`state must be "active", "unregistered" or "expired"`)
	}
	since := s.cfg.Now()
	s.registry.mu.Lock()
	defer s.registry.mu.Unlock()
	before, known := s.registry.byToken[token]
	if most := cmp.Or(s.cfg.MaxDevices, maxDevices); !known && len(s.registry.byToken) >= most {
		return fmt.Errorf("there are %d devices already, which is the limit", most)
	}
	if known && before.State == d.State {
		since = before.since
	}
	s.registry.byToken[token] = knownDevice{Device: d, since: since}
	return nil
}

// Devices returns a copy of the registry.
func (s *Server) Devices() map[string]Device {
	s.registry.mu.RLock()
	defer s.registry.mu.RUnlock()
	all := make(map[string]Device, len(s.registry.byToken))
	for token, d := range s.registry.byToken {
		all[token] = d.Device
	}
	return all
}

// isHexToken tells whether a string is a device token as it stands in a path.
func isHexToken(token string) bool {
	if token == "" || len(token) > maxTokenLength || len(token)%2 != 0 {
		return false
	}
	for i := range len(token) {
		if !isHexDigit(token[i]) {
			return false
		}
	}
	return true
}

func isHexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// canonicalUUID reads the form 8-4-4-4-12 in either case.
func canonicalUUID(s string) (id [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, false
	}
	var digits [32]byte
	n := copy(digits[:], s[:8])
	n += copy(digits[n:], s[9:13])
	n += copy(digits[n:], s[14:18])
	n += copy(digits[n:], s[19:23])
	copy(digits[n:], s[24:])
	_, err := hex.Decode(id[:], digits[:])
	return id, err == nil
}
