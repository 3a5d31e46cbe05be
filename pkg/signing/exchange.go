package signing

import (
	"crypto/rsa"
	"maps"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// NewExchange makes a key pair by generate that mdmcert.download may encrypt an answer to.
func (seal Seal) NewExchange(generate func() (*rsa.PrivateKey, error), now time.Time) (*lifecycle.Exchange, error) {
	key, err := generate()
	if err != nil {
		return nil, err
	}
	c, err := pushcert.NewExchangeCertificate(key, now)
	if err != nil {
		return nil, err
	}
	sealed, err := seal(key)
	return &lifecycle.Exchange{Certificate: string(c.PEM()), Key: sealed}, err
}

// OpenAnswer finds the profile whose open request mdmcert.download's answer belongs to, and
// decrypts it; unlock is called for an answer that is ours alone. What comes out is still to be
// checked. Without such a request it is [problem.KeyMissing], sentence "answer"; other errors are
// those of unlock, [Opener.Open] and [pushcert.File.OpenAnswer].
func OpenAnswer(s *lifecycle.State, answer *pushcert.File, unlock func() (*Opener, error)) (profile string, request []byte, err error) {
	for _, name := range slices.Sorted(maps.Keys(s.Profiles)) {
		for _, open := range slices.Backward(s.Profiles[name].Pending) {
			c, err := open.Exchange.Recipient(name)
			if err != nil {
				return "", nil, err
			}
			if c == nil || !answer.IsAnswerTo(c) {
				continue
			}
			opener, err := unlock()
			if err != nil {
				return "", nil, err
			}
			key, err := opener.Open(open.Exchange.Key)
			if err != nil {
				return "", nil, err
			}
			request, err := answer.OpenAnswer(c, key)
			return name, request, err
		}
	}
	return "", nil, problem.Say(problem.KeyMissing, "answer", nil)
}
