package ca

import (
	"crypto/sha256"
	"encoding/base32"
	"testing"
)

func TestTeamIDIsTheBeginningOfTheHashInBase32(t *testing.T) {
	for _, account := range []string{"", "it@example.com", "Acme, Inc.", "日本"} {
		sum := sha256.Sum256([]byte(account))
		if got, want := TeamID(account), base32.StdEncoding.EncodeToString(sum[:])[:10]; got != want {
			t.Errorf("%q: %s, want %s", account, got, want)
		}
	}
}
