package apns

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// Rules of Apple's "Establishing a token-based connection to APNs".
const (
	providerTokenLife   = time.Hour
	providerTokenPeriod = 20 * time.Minute // a token may change no more often
	providerIDLength    = 10               // of key ids and team ids
	es256SignatureSize  = 64
)

// providerAuth is the state of token authentication on one connection. The signature
// is not verified, since no key was ever registered here.
type providerAuth struct {
	token   providerToken
	changed time.Time
}

// providerToken is what matters in a JSON web token (RFC 7519).
type providerToken struct {
	text   string
	keyID  string
	teamID string
	issued time.Time
}

// check says what is wrong with the authorization field of a request without client certificate.
func (p *providerAuth) check(authorization string, now time.Time) Reason {
	if authorization == "" {
		return reasonMissingProviderToken
	}
	const scheme = "bearer "
	if len(authorization) < len(scheme) || !strings.EqualFold(authorization[:len(scheme)], scheme) {
		return reasonInvalidProviderToken
	}
	token := p.token
	if text := authorization[len(scheme):]; text != token.text {
		var ok bool
		if token, ok = parseProviderToken(text); !ok {
			return reasonInvalidProviderToken
		}
		if reason := p.checkChange(token, now); reason != "" {
			return reason
		}
	}
	if now.Sub(token.issued) > providerTokenLife {
		return reasonExpiredProviderToken
	}
	if token.text != p.token.text {
		p.token, p.changed = token, now
	}
	return ""
}

// checkChange compares a new token with the connection's first: one key, one team, and
// no more than one change in 20 minutes. That another team's token is
// InvalidProviderToken is a guess.
func (p *providerAuth) checkChange(token providerToken, now time.Time) Reason {
	switch {
	case p.token.text == "":
		return ""
	case token.keyID != p.token.keyID:
		return reasonUnrelatedKeyIDInToken
	case token.teamID != p.token.teamID:
		return reasonInvalidProviderToken
	case now.Sub(p.changed) < providerTokenPeriod:
		return reasonTooManyProviderTokenUpdates
	}
	return ""
}

func parseProviderToken(text string) (providerToken, bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return providerToken{}, false
	}
	var header struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid"`
	}
	var claims struct {
		TeamID   string `json:"iss"`
		IssuedAt int64  `json:"iat"`
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	ok := err == nil && len(signature) == es256SignatureSize &&
		unmarshalSegment(parts[0], &header) && unmarshalSegment(parts[1], &claims) &&
		header.Algorithm == "ES256" && len(header.KeyID) == providerIDLength &&
		len(claims.TeamID) == providerIDLength && claims.IssuedAt > 0
	return providerToken{
		text: text, keyID: header.KeyID, teamID: claims.TeamID, issued: time.Unix(claims.IssuedAt, 0),
	}, ok
}

func unmarshalSegment(segment string, into any) bool {
	data, err := base64.RawURLEncoding.DecodeString(segment)
	return err == nil && json.Unmarshal(data, into) == nil
}
