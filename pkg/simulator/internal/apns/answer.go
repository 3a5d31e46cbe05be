package apns

import (
	"crypto/rand"
	"strconv"
	"strings"
)

// answer is what a push gets: acceptance (no reason), a refusal, or a reset of its
// stream.
type answer struct {
	reason    Reason
	reset     bool
	apnsID    string
	timestamp int64 // milliseconds since 1970, with 410 only
}

// Body is the JSON of a refusal. Reasons and numbers need no escaping.
func (a answer) body() string {
	switch {
	case a.reason == "":
		return ""
	case a.timestamp != 0:
		return `{"reason":"` + string(a.reason) + `","timestamp":` + strconv.FormatInt(a.timestamp, 10) + `}`
	}
	return `{"reason":"` + string(a.reason) + `"}`
}

// decide takes one whole request and says what becomes of it. The size is that of the
// payload, of which no more than the largest limit may be there.
func (s *Server) decide(client *client, headers *headers, payload []byte, size int) answer {
	request := request{headers: headers, client: client, now: s.cfg.Now(), size: size}
	reason := request.check()
	answer := answer{reason: reason, apnsID: answerID(headers, reason)}
	if reason != "" {
		return answer
	}
	plan := s.plan.Load()
	known, reason, dropped := s.address(&request, plan)
	if reason != "" {
		answer.reason = reason
		if reason.status() == 410 {
			answer.timestamp = known.since.UnixMilli()
		}
		return answer
	}
	fate := plan.next()
	answer.reason, answer.reset = fate.reason, fate.reset
	if answer.reason == "" && !answer.reset && !dropped {
		s.accept(&request, payload, answer.apnsID)
	}
	return answer
}

// address finds the device of a request. Dropped means that the push is to be accepted
// and forgotten, as operators of a fleet saw it happen with a wrong topic.
func (s *Server) address(r *request, plan *faultPlan) (known knownDevice, reason Reason, dropped bool) {
	known, ok := s.registry.find(r.token)
	switch {
	case !ok:
		return known, reasonIf(!s.cfg.AcceptAnyToken, reasonBadDeviceToken), false
	case known.State == deviceUnregistered:
		return known, reasonUnregistered, false
	case known.State == deviceExpired:
		return known, reasonExpiredToken, false
	case deviceTopicFits(known.Topic, r.topic, r.get(slotPushType)):
		return known, "", false
	case plan.WrongTopic == wrongTopicAccept:
		return known, "", true
	}
	return known, reasonDeviceTokenNotForTopic, false
}

func (s *Server) accept(r *request, payload []byte, apnsID string) {
	magic := ""
	if strings.HasPrefix(r.topic, mdmTopicPrefix) {
		magic = pushMagic(payload)
	}
	s.log.add(Push{Token: r.token, Topic: r.topic, PushMagic: magic, APNsID: apnsID, At: r.now})
}

// answerID echoes the apns-id of the request, or makes one where there is none that
// could be echoed.
func answerID(headers *headers, reason Reason) string {
	if id := headers.get(slotAPNsID); id != "" {
		if reason == "" { // it was checked
			return id
		}
		if _, ok := canonicalUUID(id); ok {
			return id
		}
	}
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails, says its documentation
	return newID(random)
}
