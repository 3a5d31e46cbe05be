package apns

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of Apple's "Generating a remote notification" and "Sending notification
// requests to APNs", in bytes.
const (
	maxPayload     = 4096
	maxVoIPPayload = 5120
	maxCollapseID  = 64
)

const devicePathPrefix = "/3/device/"

// client is who is at the other end of a connection.
type client struct {
	certified bool         // a client certificate was presented
	topics    []string     // of that certificate
	provider  providerAuth // of a client without certificate
}

// request is one push on its way through the checks, which fill token and topic.
type request struct {
	*headers
	client *client
	now    time.Time
	size   int // of the payload
	token  string
	topic  string
}

// Verdict returns the first thing that is wrong with the request itself. Apple publishes
// no order of its checks; in this one a later check may rely on the earlier ones.
func (r *request) check() Reason {
	for _, check := range [...]func(*request) Reason{
		(*request).checkMethod,
		(*request).checkPath,
		(*request).checkToken,
		(*request).checkProvider,
		(*request).checkTopic,
		(*request).checkPushType,
		(*request).checkPriority,
		(*request).checkExpiration,
		(*request).checkCollapseID,
		(*request).checkID,
		(*request).checkDuplicates,
		(*request).checkPayload,
		(*request).checkBackground,
	} {
		if reason := check(r); reason != "" {
			return reason
		}
	}
	return ""
}

func (r *request) checkMethod() Reason {
	return reasonIf(r.get(slotMethod) != "POST", reasonMethodNotAllowed)
}

func (r *request) checkPath() Reason {
	token, ok := strings.CutPrefix(r.get(slotPath), devicePathPrefix)
	r.token = token
	return reasonIf(!ok, reasonBadPath)
}

func (r *request) checkToken() Reason {
	if r.token == "" {
		return reasonMissingDeviceToken
	}
	r.token = strings.ToLower(r.token)
	return reasonIf(!isHexToken(r.token), reasonBadDeviceToken)
}

// checkProvider asks for a provider token where there is no certificate; with one,
// Apple ignores the authorization field.
func (r *request) checkProvider() Reason {
	if r.client.certified {
		return ""
	}
	return r.client.provider.check(r.get(slotAuthorization), r.now)
}

// checkTopic finds the topic. That a well-formed foreign topic is TopicDisallowed and
// only a malformed one BadTopic follows the words of Apple's table; reports differ.
func (r *request) checkTopic() Reason {
	r.topic = r.get(slotTopic)
	if !r.has(slotTopic) {
		if len(r.client.topics) != 1 {
			return reasonMissingTopic
		}
		r.topic = r.client.topics[0]
		return ""
	}
	switch {
	case r.client.certified && slices.Contains(r.client.topics, r.topic):
		return ""
	case !wellFormedTopic(r.topic):
		return reasonBadTopic
	case r.client.certified:
		return reasonTopicDisallowed
	default: // provider tokens do not exist for MDM
		return reasonIf(strings.HasPrefix(r.topic, mdmTopicPrefix), reasonTopicDisallowed)
	}
}

// checkPushType also matches the type with the topic. Which reason a mismatch has is
// not documented: BadTopic is a guess.
func (r *request) checkPushType() Reason {
	if !r.has(slotPushType) {
		return ""
	}
	pushType := r.get(slotPushType)
	suffix, known := pushTypeSuffix(pushType)
	switch {
	case !known:
		return reasonInvalidPushType
	case pushType == "mdm" && !strings.HasPrefix(r.topic, mdmTopicPrefix):
		return reasonTopicDisallowed
	}
	return reasonIf(!strings.HasSuffix(r.topic, suffix), reasonBadTopic)
}

func (r *request) checkPriority() Reason {
	if !r.has(slotPriority) {
		return ""
	}
	switch r.get(slotPriority) {
	case "10", "5", "1":
		return ""
	}
	return reasonBadPriority
}

// checkExpiration wants UNIX seconds. That more than 32 bits (milliseconds, as a rule)
// are refused is inferred from the field's size in APNs' binary protocol.
func (r *request) checkExpiration() Reason {
	if !r.has(slotExpiration) {
		return ""
	}
	_, err := strconv.ParseUint(r.get(slotExpiration), 10, 32)
	return reasonIf(err != nil, reasonBadExpirationDate)
}

func (r *request) checkCollapseID() Reason {
	return reasonIf(len(r.get(slotCollapseID)) > maxCollapseID, reasonBadCollapseID)
}

func (r *request) checkID() Reason {
	if !r.has(slotAPNsID) {
		return ""
	}
	_, ok := canonicalUUID(r.get(slotAPNsID))
	return reasonIf(!ok, reasonBadMessageID)
}

func (r *request) checkDuplicates() Reason {
	return reasonIf(r.repeated, reasonDuplicateHeaders)
}

func (r *request) checkPayload() Reason {
	limit := maxPayload
	if strings.HasSuffix(r.topic, ".voip") {
		limit = maxVoIPPayload
	}
	return cmp.Or(
		reasonIf(r.size == 0, reasonPayloadEmpty),
		reasonIf(r.size > limit, reasonPayloadTooLarge),
	)
}

// checkBackground refuses what Apple calls an error: a background push that states
// priority 10. One that states none is left alone.
func (r *request) checkBackground() Reason {
	return reasonIf(r.get(slotPushType) == "background" && r.get(slotPriority) == "10", reasonBadPriority)
}

func reasonIf(wrong bool, reason Reason) Reason {
	if wrong {
		return reason
	}
	return ""
}

// pushMagic reads the one member of an MDM payload, {"mdm":"…"}. What APNs does with
// another payload is unknown, so there is no refusal: the magic is then empty.
func pushMagic(payload []byte) string {
	const head, tail = `{"mdm":"`, `"}`
	if len(payload) > len(head)+len(tail) && string(payload[:len(head)]) == head &&
		string(payload[len(payload)-len(tail):]) == tail {
		if magic := payload[len(head) : len(payload)-len(tail)]; plainJSON(magic) {
			return string(magic)
		}
	}
	// A map, since struct fields would match "MDM" too.
	var members map[string]json.RawMessage
	var magic string
	if json.Unmarshal(payload, &members) != nil || json.Unmarshal(members["mdm"], &magic) != nil {
		return ""
	}
	return magic
}

// plainJSON tells whether the inside of a JSON string is its own value: printable
// ASCII without an escape.
func plainJSON(text []byte) bool {
	for _, c := range text {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
