package pushcert

import (
	"bytes"
	"encoding/hex"

	"github.com/apnsctl/apnsctl/pkg/problem"
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

// plist reads a property list. original is the text that it was decoded from,
// whose encoding matters in a request.
func (r *reader) plist(data, original []byte) error {
	if isRequest(data) {
		return r.request(original)
	}
	value, err := readPlist(data)
	if err != nil {
		return damaged("plist", err)
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return unrecognised("plist")
	}
	dict := plistDict(fields)
	switch {
	case dict.text("MessageType") == "TokenUpdate":
		r.tokenUpdate(dict)
		return nil
	case dict.text("PayloadType") != "":
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

func (r *reader) request(original []byte) error {
	request, findings := ParseRequest(original)
	r.file.Role, r.file.Request = RoleRequest, request
	r.file.found(r.marked...)
	r.file.found(findings...)
	return nil
}

func (r *reader) tokenUpdate(dict plistDict) {
	r.file.Role, r.file.Topic = RoleTokenUpdate, dict.text("Topic")
	if r.file.Topic == "" {
		r.file.found(problem.FoundAs(problem.TopicMissing, "token-update", problem.Critical, nil))
	}
	r.file.Token = &TokenUpdate{
		Token:            hex.EncodeToString(dict.data("Token")),
		PushMagic:        dict.text("PushMagic"),
		UDID:             dict.text("UDID"),
		EnrollmentID:     dict.text("EnrollmentID"),
		UserID:           dict.text("UserID"),
		EnrollmentUserID: dict.text("EnrollmentUserID"),
	}
}

// profile reads a configuration profile: an enrollment profile has a payload of
// type com.apple.mdm (Apple, "MDM" payload).
func (r *reader) profile(dict plistDict) error {
	if _, ok := dict["EncryptedPayloadContent"]; ok {
		return unsupported("encrypted")
	}
	payloads := append([]any{map[string]any(dict)}, dict.list("PayloadContent")...)
	for _, p := range payloads {
		fields, _ := p.(map[string]any)
		payload := plistDict(fields)
		if payload.text("PayloadType") != "com.apple.mdm" {
			continue
		}
		r.file.Role, r.file.Topic = RoleEnrollmentProfile, payload.text("Topic")
		if r.file.Topic == "" {
			r.file.found(problem.FoundAs(problem.TopicMissing, "profile", problem.Critical, nil))
		}
		return nil
	}
	return unrecognised("profile")
}
