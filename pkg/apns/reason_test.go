package apns_test

import (
	"fmt"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// Apple's table, typed again by hand from apns-reference.md 3.7.
const appleTable = `
400 BadCollapseId credential never
400 BadDeviceToken device never
400 BadExpirationDate credential never
400 BadMessageId credential never
400 BadPriority credential never
400 BadTopic credential never
400 DeviceTokenNotForTopic device never
400 DuplicateHeaders credential never
400 IdleTimeout later reconnect
400 InvalidPushType credential never
400 MissingDeviceToken device never
400 MissingTopic credential never
400 PayloadEmpty credential never
400 TopicDisallowed credential never
403 BadCertificate credential never
403 BadCertificateEnvironment credential never
403 ExpiredProviderToken credential never
403 Forbidden credential never
403 InvalidProviderToken credential never
403 MissingProviderToken credential never
403 UnrelatedKeyIdInToken credential never
403 BadEnvironmentKeyIdInToken credential never
404 BadPath credential never
405 MethodNotAllowed credential never
410 ExpiredToken device never
410 Unregistered device never
413 PayloadTooLarge credential never
429 TooManyProviderTokenUpdates later backoff
429 TooManyRequests later backoff
500 InternalServerError later twice
503 ServiceUnavailable later twice
503 Shutdown later reconnect
403 BadEnvironmentKeyInToken credential never
`

func TestReasonTable(t *testing.T) {
	got := "\n"
	for _, r := range apns.Reasons() {
		got += fmt.Sprintln(r.Status, r.Name, r.Class, r.Retry)
		if r.Advice == "" || apns.ReasonOf(r.Status, r.Name) != r {
			t.Errorf("%s: advice %q, found as %+v", r.Name, r.Advice, apns.ReasonOf(r.Status, r.Name))
		}
	}
	if got != appleTable {
		t.Errorf("got %s", got)
	}
}

func TestUnknownReasons(t *testing.T) {
	tests := map[int]struct {
		class apns.Class
		retry apns.Retry
	}{
		302: {apns.Network, apns.Never}, 400: {apns.Credential, apns.Never}, 410: {apns.Device, apns.Never},
		429: {apns.Later, apns.Backoff}, 500: {apns.Later, apns.Twice}, 503: {apns.Later, apns.Twice},
	}
	for status, want := range tests {
		got := apns.ReasonOf(status, "BrandNew")
		if got.Class != want.class || got.Retry != want.retry || got.Name != "BrandNew" || got.Advice != "unknown-reason" {
			t.Errorf("%d: %+v", status, got)
		}
	}
}

func TestDerivedIDs(t *testing.T) {
	a, b := apns.DeriveID(apns.ID{1}, 1), apns.DeriveID(apns.ID{1}, 2)
	if a == b || a != apns.DeriveID(apns.ID{1}, 1) || a == apns.DeriveID(apns.ID{2}, 1) {
		t.Error("ids do not follow run and position")
	}
	if s := a.String(); len(s) != 36 || s[14] != '8' || s[19] < '8' || s[19] > 'b' {
		t.Errorf("%s is no version 8 UUID", s)
	}
}
