package apns

import (
	"crypto/ecdsa"
	"sync"
	"time"

	"github.com/sideshow/apns2/token"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Apple wants a provider token renewed no more often than every 20 minutes and at
// least every 60.
const (
	bearerYoung = 20 * time.Minute
	bearerOld   = 40 * time.Minute
)

// bearer keeps the provider token of a run.
type bearer struct {
	sign func() (string, error)

	mu         sync.Mutex
	jwt        string
	generation uint32
	signed     time.Duration // on the run's clock
}

// newBearer signs the first token.
func newBearer(sign func() (string, error)) (*bearer, error) {
	b := &bearer{sign: sign}
	return b, b.renew(0, 0)
}

// renew signs a new token if the present one is at least so old.
func (b *bearer) renew(now, age time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.generation > 0 && now-b.signed < age {
		return nil
	}
	jwt, err := b.sign()
	if err != nil {
		return err
	}
	b.jwt, b.signed = jwt, now
	b.generation++
	return nil
}

// current is the token and its generation.
func (b *bearer) current() (jwt string, generation uint32) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.jwt, b.generation
}

// expired is told that APNs finds the token of a push too old. It reports whether
// the push may go out again: with the token that it renews, or has renewed lately.
func (b *bearer) expired(now time.Duration, attempts int) bool {
	if b == nil || attempts > 1 || b.renew(now, bearerYoung) != nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.generation > 1 && now-b.signed < time.Minute
}

// ProviderToken returns the maker of provider tokens for [Config.Bearer]: ES256
// JWTs (Apple, "Establishing a token-based connection to APNs") signed with the key of a .p8
// file. Each call signs a new one; the run asks only as often as Apple allows.
// A key that cannot sign so, of another curve than P-256, is a file-damaged error of the maker.
func ProviderToken(key *ecdsa.PrivateKey, keyID, teamID string) func() (string, error) {
	return func() (string, error) {
		jwt := token.Token{AuthKey: key, KeyID: keyID, TeamID: teamID}
		if _, err := jwt.Generate(); err != nil {
			return "", problem.Say(problem.FileDamaged, "provider-key", nil).Because(err)
		}
		return jwt.Bearer, nil
	}
}
