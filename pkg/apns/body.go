package apns

import (
	"encoding/json"

	"github.com/sideshow/apns2/payload"
)

// AppendMDMBody appends the whole body of an MDM push to dst, {"mdm":"…"} and nothing else (Apple,
// "Sending MDM push notifications"). The magic is opaque, so it is escaped for JSON
// rather than trusted.
func AppendMDMBody[T string | []byte](dst []byte, pushMagic T) []byte {
	dst = append(dst, `{"mdm":"`...)
	for i := range len(pushMagic) {
		if c := pushMagic[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendEscaped(dst, string(pushMagic))
		}
	}
	dst = append(dst, pushMagic...)
	return append(dst, `"}`...)
}

// appendEscaped finishes the body with a magic that needs escaping.
func appendEscaped(dst []byte, pushMagic string) []byte {
	quoted, _ := json.Marshal(pushMagic) // a string always marshals
	dst = append(dst, quoted[1:]...)
	return append(dst, '}')
}

// AlertBody is the body of an app push that shows a text.
func AlertBody(text string) []byte {
	body, _ := payload.NewPayload().Alert(text).MarshalJSON() // strings always marshal
	return body
}

// BackgroundBody is the body of an app push that only wakes the app
// (content-available; send it with push type background and priority 5).
func BackgroundBody() []byte {
	body, _ := payload.NewPayload().ContentAvailable().MarshalJSON()
	return body
}
