package apns

import (
	"github.com/sideshow/apns2/token"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// ProviderToken returns the maker of provider tokens for [Config.Bearer]: ES256
// JWTs (Apple, "Establishing a token-based connection to APNs") signed with a .p8
// key. Each call signs a new one; the run asks only as often as Apple allows.
// A key that is no PKCS #8 EC key in PEM is a file-damaged error.
func ProviderToken(p8 []byte, keyID, teamID string) (func() (string, error), error) {
	key, err := token.AuthKeyFromBytes(p8)
	if err != nil {
		return nil, problem.Say(problem.FileDamaged, "provider-key", nil).Because(err)
	}
	return func() (string, error) {
		jwt := token.Token{AuthKey: key, KeyID: keyID, TeamID: teamID}
		if _, err := jwt.Generate(); err != nil {
			return "", problem.Say(problem.FileDamaged, "provider-key", nil).Because(err)
		}
		return jwt.Bearer, nil
	}, nil
}
