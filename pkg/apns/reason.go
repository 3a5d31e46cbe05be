package apns

import "slices"

// Class is what an answer means for the one who pushes.
type Class string

// The classes. A push ends in exactly one of them.
const (
	Accepted   Class = "accepted"   // APNs took it; never a proof of delivery
	Device     Class = "device"     // this token is not to be pushed to
	Credential Class = "credential" // certificate, key, topic or request must be mended
	Later      Class = "later"      // APNs asks for time
	Network    Class = "network"    // no answer came
)

// Retry says what the engine itself does about a reason.
type Retry string

// The retry policies.
const (
	Never     Retry = "never"     // the answer is final
	Backoff   Retry = "backoff"   // a few tries with growing pauses
	Twice     Retry = "twice"     // one more try within 30 s, then Apple's 15 minutes
	Reconnect Retry = "reconnect" // again at once on another connection
)

// Reason is a row of Apple's table "Handling notification responses from APNs".
type Reason struct {
	Status int    // HTTP status it comes with
	Name   string // as on the wire
	Class  Class
	Retry  Retry
	// Advice names the sentence that says what to do; several reasons share one.
	Advice string
}

// reasons is Apple's table of 32 in its order, then the spelling of
// BadEnvironmentKeyIdInToken that is seen on the wire.
var reasons = []Reason{
	{400, "BadCollapseId", Credential, Never, "mend-request"},
	{400, "BadDeviceToken", Device, Never, "check-token"},
	{400, "BadExpirationDate", Credential, Never, "mend-request"},
	{400, "BadMessageId", Credential, Never, "mend-request"},
	{400, "BadPriority", Credential, Never, "mend-request"},
	{400, "BadTopic", Credential, Never, "use-certificate-topic"},
	{400, "DeviceTokenNotForTopic", Device, Never, "other-topic-enrolled"},
	{400, "DuplicateHeaders", Credential, Never, "mend-request"},
	{400, "IdleTimeout", Later, Reconnect, "try-again"},
	{400, "InvalidPushType", Credential, Never, "mend-request"},
	{400, "MissingDeviceToken", Device, Never, "check-token"},
	{400, "MissingTopic", Credential, Never, "use-certificate-topic"},
	{400, "PayloadEmpty", Credential, Never, "mend-payload"},
	{400, "TopicDisallowed", Credential, Never, "use-certificate-topic"},
	{403, "BadCertificate", Credential, Never, "mend-certificate"},
	{403, "BadCertificateEnvironment", Credential, Never, "other-environment"},
	{403, "ExpiredProviderToken", Credential, Never, "check-clock"},
	{403, "Forbidden", Credential, Never, "mend-certificate"},
	{403, "InvalidProviderToken", Credential, Never, "mend-provider-key"},
	{403, "MissingProviderToken", Credential, Never, "send-certificate"},
	{403, "UnrelatedKeyIdInToken", Credential, Never, "mend-provider-key"},
	{403, "BadEnvironmentKeyIdInToken", Credential, Never, "other-environment"},
	{404, "BadPath", Credential, Never, "check-endpoint"},
	{405, "MethodNotAllowed", Credential, Never, "check-endpoint"},
	{410, "ExpiredToken", Device, Never, "await-token-update"},
	{410, "Unregistered", Device, Never, "stop-pushing"},
	{413, "PayloadTooLarge", Credential, Never, "mend-payload"},
	{429, "TooManyProviderTokenUpdates", Later, Backoff, "try-again"},
	{429, "TooManyRequests", Later, Backoff, "slow-down"},
	{500, "InternalServerError", Later, Twice, "wait-fifteen-minutes"},
	{503, "ServiceUnavailable", Later, Twice, "wait-fifteen-minutes"},
	{503, "Shutdown", Later, Reconnect, "try-again"},
	{403, "BadEnvironmentKeyInToken", Credential, Never, "other-environment"},
}

// Reasons returns the table of known reasons: Apple's 32 in their order, then the
// other spelling of one of them. A change of the copy changes nothing here.
func Reasons() []Reason { return slices.Clone(reasons) }

// ReasonOf finds the row for an answer. A reason that Apple has not published yet is
// checked by its status and passed through with the advice "unknown-reason".
func ReasonOf(status int, name string) Reason {
	for _, r := range reasons {
		if r.Name == name {
			return r
		}
	}
	r := Reason{Status: status, Name: name, Class: Network, Retry: Never, Advice: "unknown-reason"}
	switch {
	case status == 410:
		r.Class = Device
	case status == 429:
		r.Class, r.Retry = Later, Backoff
	case status >= 500:
		r.Class, r.Retry = Later, Twice
	case status >= 400:
		r.Class = Credential
	}
	return r
}

// intern returns the table's own string for a known reason, so that a fleet of
// refusals does not allocate one each.
func intern(name []byte) string {
	for i := range reasons {
		if reasons[i].Name == string(name) {
			return reasons[i].Name
		}
	}
	return string(name)
}
