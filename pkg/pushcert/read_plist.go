package pushcert

import (
	"bytes"
	"encoding/hex"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/plist"
)

// TokenUpdate is what a device says at check-in about how to wake it (Apple,
// "TokenUpdateRequest"). Token and PushMagic are worth protecting; the
// UnlockToken is never read.
type TokenUpdate struct {
	Token            string // lower-case hex
	PushMagic        string
	UDID             string
	EnrollmentID     string
	UserID           string // of a user's own channel
	EnrollmentUserID string
}

// plist reads a property list.
func (r *reader) plist(data []byte) error {
	if isRequest(data) {
		return r.request()
	}
	value, err := plist.Read(data)
	if err != nil {
		return damaged("part.plist", err)
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return unrecognised("plist")
	}
	dict := plist.Dict(fields)
	switch {
	case dict.Text("MessageType") == "TokenUpdate":
		r.tokenUpdate(dict)
		return nil
	case dict.Text("PayloadType") != "":
		return r.profile(dict)
	}
	return unrecognised("plist")
}

// isRequest looks for the keys of a request in the bytes, so that a request with a
// broken property list still gets the findings of a request.
func isRequest(plist []byte) bool {
	return bytes.Contains(plist, []byte("PushCertRequestCSR")) || bytes.Contains(plist, []byte("PushCertSignature")) ||
		bytes.Contains(plist, []byte("PushCertCertificateChain"))
}

// request checks the file as it lies there: the portal undoes none of what was undone to
// recognise it.
func (r *reader) request() error {
	request, findings := ParseRequest(r.original)
	r.file.Role, r.file.Request = RoleRequest, request
	r.file.found(findings...)
	return nil
}

func (r *reader) tokenUpdate(dict plist.Dict) {
	r.file.Role, r.file.Topic = RoleTokenUpdate, dict.Text("Topic")
	r.statedTopic("token-update")
	r.file.Token = &TokenUpdate{
		Token:            hex.EncodeToString(dict.Data("Token")),
		PushMagic:        dict.Text("PushMagic"),
		UDID:             dict.Text("UDID"),
		EnrollmentID:     dict.Text("EnrollmentID"),
		UserID:           dict.Text("UserID"),
		EnrollmentUserID: dict.Text("EnrollmentUserID"),
	}
}

// profile reads a configuration profile: an enrollment profile has a payload of
// type com.apple.mdm (Apple, "MDM" payload).
func (r *reader) profile(dict plist.Dict) error {
	if _, ok := dict["EncryptedPayloadContent"]; ok {
		return unsupported("encrypted")
	}
	payloads := append([]any{map[string]any(dict)}, dict.List("PayloadContent")...)
	for _, p := range payloads {
		fields, _ := p.(map[string]any)
		payload := plist.Dict(fields)
		if payload.Text("PayloadType") != "com.apple.mdm" {
			continue
		}
		r.file.Role, r.file.Topic = RoleEnrollmentProfile, payload.Text("Topic")
		r.statedTopic("profile")
		if sandbox, _ := payload["UseDevelopmentAPNS"].(bool); sandbox {
			r.file.found(problem.Found(problem.SandboxProfile, problem.Critical, nil))
		}
		return nil
	}
	return unrecognised("profile")
}

// statedTopic checks the topic that a profile or check-in names: devices take those of MDM
// alone. Servers into which the wrong certificate was loaded write its UID.
func (r *reader) statedTopic(where string) {
	topic := r.file.Topic
	params := problem.Params{"topic": topic}
	switch {
	case topic == "":
		r.file.found(problem.FoundAs(problem.TopicMissing, where, problem.Critical, nil))
	case isMDMTopic(topic):
	case IsTeamID(topic):
		r.file.found(problem.FoundAs(problem.TopicNotMDM, "stated.team", problem.Critical, params))
	default:
		r.file.found(problem.FoundAs(problem.TopicNotMDM, "stated", problem.Critical, params))
	}
}
