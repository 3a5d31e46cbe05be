package pushcert

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// ADEToken is what may be told of an Automated Device Enrollment server token. Its
// secrets are never read.
type ADEToken struct {
	Server    string    // the server's name in Apple Business Manager, if the file is still named after it
	Expires   time.Time // zero when neither content nor name says
	Encrypted bool      // as downloaded: the date is the file name's plus one year
}

// ContentToken is what may be told of an Apps and Books (VPP) token. Its secret is
// never read.
type ContentToken struct {
	Location     string // at Apple, if the file is still named after it
	Organization string
	Expires      time.Time
}

// tokenJSON has the fields of both tokens that may be read. The names of the
// secret ones tell a token of ours from other JSON; their values are dropped.
type tokenJSON struct {
	ConsumerKey *secretJSON `json:"consumer_key"`
	AccessToken *secretJSON `json:"access_token"`
	Expiry      string      `json:"access_token_expiry"`

	Token   *secretJSON `json:"token"`
	ExpDate string      `json:"expDate"` //nolint:tagliatelle // Apple's name
	OrgName string      `json:"orgName"` //nolint:tagliatelle // Apple's name
}

// secretJSON takes any value and keeps nothing of it.
type secretJSON struct{}

func (*secretJSON) UnmarshalJSON([]byte) error { return nil }

// json reads a decrypted ADE token or the inside of a content token.
func (r *reader) json(text []byte) error {
	var t tokenJSON
	if err := json.Unmarshal(text, &t); err != nil {
		return unrecognised("json")
	}
	switch {
	case t.ConsumerKey != nil && t.AccessToken != nil:
		expires, err := time.Parse(time.RFC3339, t.Expiry)
		if err != nil {
			return damaged("token", nil)
		}
		r.file.Role, r.file.ADE = RoleADEToken, &ADEToken{Expires: expires.UTC()}
		r.file.ADE.Server, _ = tokenName(r.name)
	case t.Token != nil && t.ExpDate != "":
		expires, err := contentDate(t.ExpDate)
		if err != nil {
			return damaged("token", nil)
		}
		r.file.Role = RoleContentToken
		r.file.Content = &ContentToken{locationName(r.name), t.OrgName, expires.UTC()}
	default:
		return unrecognised("json")
	}
	return nil
}

// contentDate reads the date of a content token: an offset without colon, as
// Apple writes it, or with one.
func contentDate(text string) (time.Time, error) {
	t, err := time.Parse("2006-01-02T15:04:05-0700", text)
	if err != nil {
		t, err = time.Parse(time.RFC3339, text)
	}
	return t, err
}

// locationName takes the location from the name that Apple gives a content token,
// "sToken_for_<location>.vpptoken", with what a browser adds to a second download.
func locationName(name string) string {
	parts := regexp.MustCompile(`(?i)^sToken_for_(.+?)( ?\(\d+\))?\.vpptoken$`).FindStringSubmatch(baseName(name))
	if parts == nil {
		return ""
	}
	return parts[1]
}

// baseName is the last part of a path of any system.
func baseName(name string) string { return name[strings.LastIndexAny(name, `/\`)+1:] }

// tokenName takes server and expiry from the name that Apple gives an ADE token,
// "<server>_Token_2026-07-01T22-18-53Z_smime.p7m": it expires one year after.
func tokenName(name string) (server string, expires time.Time) {
	parts := regexp.MustCompile(`^(.*)_Token_(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)`).FindStringSubmatch(baseName(name))
	if parts == nil {
		return "", time.Time{}
	}
	made, err := time.Parse("2006-01-02T15-04-05Z", parts[2])
	if err != nil {
		return "", time.Time{}
	}
	return parts[1], made.AddDate(1, 0, 0)
}

// isMIME tells a mail or S/MIME file by its first header.
func isMIME(head []byte) bool {
	for _, header := range []string{"content-", "mime-version:"} {
		if len(head) >= len(header) && bytes.EqualFold(head[:len(header)], []byte(header)) {
			return true
		}
	}
	return false
}

// mime reads an ADE token as downloaded (S/MIME around CMS), or decrypted (a text
// message around JSON).
func (r *reader) mime(text []byte) error {
	headers, body := cutHeaders(text)
	if !bytes.Contains(headers, []byte("pkcs7-mime")) {
		if plain, changed := repaired(body); bytes.Contains(plain, []byte(pemBegin)) {
			return r.pem(plain, changed)
		}
		return unrecognised("mail")
	}
	der, ok := fromBase64(body)
	if !ok {
		return damaged("smime", nil)
	}
	if kind, ok := cmsKind(der); !ok || kind != cmsEnveloped {
		return unrecognised("mail")
	}
	if _, err := parseCMS(der); err != nil {
		return err
	}
	token := &ADEToken{Encrypted: true}
	token.Server, token.Expires = tokenName(r.name)
	r.file.Role, r.file.ADE = RoleADEToken, token
	return nil
}

// cutHeaders splits at the first empty line; the headers come back in lower case.
func cutHeaders(text []byte) (headers, body []byte) {
	for _, blank := range []string{"\r\n\r\n", "\n\n"} {
		if head, rest, found := bytes.Cut(text, []byte(blank)); found {
			return bytes.ToLower(head), rest
		}
	}
	return bytes.ToLower(text), nil
}

// isJWT tells a JSON Web Token: three base64url parts, the first a JSON object.
func isJWT(text []byte) bool {
	text = bytes.TrimSpace(text)
	return bytes.HasPrefix(text, []byte("eyJ")) && bytes.Count(text, []byte(".")) == 2
}
