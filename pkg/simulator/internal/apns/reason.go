package apns

// Reason is Apple's word for a refused push, as it stands in {"reason":"…"}
// of an answer or of a GOAWAY frame. The zero value means that nothing is wrong.
type Reason string

// All 32 reasons of Apple's table "Handling notification responses from APNs".
// The comments name those that this server cannot come to on its own.
const (
	reasonBadCollapseID               Reason = "BadCollapseId"
	reasonBadDeviceToken              Reason = "BadDeviceToken"
	reasonBadExpirationDate           Reason = "BadExpirationDate"
	reasonBadMessageID                Reason = "BadMessageId"
	reasonBadPriority                 Reason = "BadPriority"
	reasonBadTopic                    Reason = "BadTopic"
	reasonDeviceTokenNotForTopic      Reason = "DeviceTokenNotForTopic"
	reasonDuplicateHeaders            Reason = "DuplicateHeaders"
	reasonIdleTimeout                 Reason = "IdleTimeout" // in GOAWAY only
	reasonInvalidPushType             Reason = "InvalidPushType"
	reasonMissingDeviceToken          Reason = "MissingDeviceToken"
	reasonMissingTopic                Reason = "MissingTopic"
	reasonPayloadEmpty                Reason = "PayloadEmpty"
	reasonTopicDisallowed             Reason = "TopicDisallowed"
	reasonBadCertificate              Reason = "BadCertificate"            // in GOAWAY only
	reasonBadCertificateEnvironment   Reason = "BadCertificateEnvironment" // in GOAWAY only
	reasonExpiredProviderToken        Reason = "ExpiredProviderToken"
	reasonForbidden                   Reason = "Forbidden" // no rule is known
	reasonInvalidProviderToken        Reason = "InvalidProviderToken"
	reasonMissingProviderToken        Reason = "MissingProviderToken"
	reasonUnrelatedKeyIDInToken       Reason = "UnrelatedKeyIdInToken"
	reasonBadEnvironmentKeyIDInToken  Reason = "BadEnvironmentKeyIdInToken" // keys have no environment here
	reasonBadPath                     Reason = "BadPath"
	reasonMethodNotAllowed            Reason = "MethodNotAllowed"
	reasonExpiredToken                Reason = "ExpiredToken"
	reasonUnregistered                Reason = "Unregistered"
	reasonPayloadTooLarge             Reason = "PayloadTooLarge"
	reasonTooManyProviderTokenUpdates Reason = "TooManyProviderTokenUpdates"
	reasonTooManyRequests             Reason = "TooManyRequests"     // by fault only
	reasonInternalServerError         Reason = "InternalServerError" // by fault only
	reasonServiceUnavailable          Reason = "ServiceUnavailable"  // by fault only
	reasonShutdown                    Reason = "Shutdown"            // in GOAWAY only
)

// Status is the HTTP status that Apple's table gives to the reason.
func (r Reason) status() int {
	switch r {
	case "":
		return 200
	case reasonBadCertificate, reasonBadCertificateEnvironment, reasonExpiredProviderToken, reasonForbidden,
		reasonInvalidProviderToken, reasonMissingProviderToken, reasonUnrelatedKeyIDInToken,
		reasonBadEnvironmentKeyIDInToken:
		return 403
	case reasonBadPath:
		return 404
	case reasonMethodNotAllowed:
		return 405
	case reasonExpiredToken, reasonUnregistered:
		return 410
	case reasonPayloadTooLarge:
		return 413
	case reasonTooManyProviderTokenUpdates, reasonTooManyRequests:
		return 429
	case reasonInternalServerError:
		return 500
	case reasonServiceUnavailable, reasonShutdown:
		return 503
	default:
		return 400
	}
}

// throttles tells whether a push refused for this reason makes APNs lower the
// connection's stream limit: the client errors do, except 410, which Apple says is
// not counted as an error.
func (r Reason) throttles() bool {
	status := r.status()
	return status >= 400 && status < 500 && status != 410
}
