package signing

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// macInfo separates this use of the identity from all others (RFC 5869, 3.2).
const macInfo = "apnsctl/v1 recipients"

// recipientsMAC is HMAC-SHA-256 over the owner's recipient and the further ones, in any order. Its
// key is derived from the secret identity: one that were merely sealed to the recipients could be
// replaced by anybody who can write the file.
func recipientsMAC(own ownIdentity, further []string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, []byte(own.String()), nil, macInfo, sha256.Size)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	sum := hmac.New(sha256.New, key)
	for _, text := range append([]string{own.recipient()}, slices.Sorted(slices.Values(further))...) {
		// With its length before it, no text can be taken for two, or two for one.
		length := binary.BigEndian.AppendUint64(nil, uint64(len(text)))
		sum.Write(length)
		sum.Write([]byte(text))
	}
	return sum.Sum(nil), nil
}

// vouch puts the MAC beside the recipients.
func vouch(s *lifecycle.Sealing, own ownIdentity) error {
	sum, err := recipientsMAC(own, s.Recipients)
	s.RecipientsMAC = base64.StdEncoding.EncodeToString(sum)
	return err
}

// check is checkRecipients for a file that may have been written anew since it was opened, with another
// own identity, as a new passphrase makes one.
func (o *Opener) check(s lifecycle.Sealing) error {
	if o.own.recipient() != s.Recipient {
		return problem.Say(problem.KeyTampered, "meanwhile", nil)
	}
	return checkRecipients(s, o.own)
}

// checkRecipients tells whether the recipients are those that the owner chose. A file from before
// there was a MAC is fine as long as the owner is alone in it.
func checkRecipients(s lifecycle.Sealing, own ownIdentity) error {
	if own.recipient() != s.Recipient {
		return problem.Say(problem.KeyTampered, "recipient", nil)
	}
	if s.RecipientsMAC == "" {
		if len(s.Recipients) == 0 {
			return nil
		}
		return problem.Say(problem.KeyTampered, "recipients.unsigned", nil)
	}
	want, err := recipientsMAC(own, s.Recipients)
	if err != nil {
		return err
	}
	if got, err := base64.StdEncoding.DecodeString(s.RecipientsMAC); err != nil || !hmac.Equal(got, want) {
		return problem.Say(problem.KeyTampered, "recipients", nil)
	}
	return nil
}
