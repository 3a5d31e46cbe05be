package simulator

// apnsReason is Apple's word for a refused push, as it stands in {"reason":"…"}
// of an answer or of a GOAWAY frame. The zero value means that nothing is wrong.
type apnsReason string

// All 32 reasons of Apple's table "Handling notification responses from APNs".
// The comments name those that this server cannot come to on its own.
const (
	reasonBadCollapseID               apnsReason = "BadCollapseId"
	reasonBadDeviceToken              apnsReason = "BadDeviceToken"
	reasonBadExpirationDate           apnsReason = "BadExpirationDate"
	reasonBadMessageID                apnsReason = "BadMessageId"
	reasonBadPriority                 apnsReason = "BadPriority"
	reasonBadTopic                    apnsReason = "BadTopic"
	reasonDeviceTokenNotForTopic      apnsReason = "DeviceTokenNotForTopic"
	reasonDuplicateHeaders            apnsReason = "DuplicateHeaders"
	reasonIdleTimeout                 apnsReason = "IdleTimeout" // in GOAWAY only
	reasonInvalidPushType             apnsReason = "InvalidPushType"
	reasonMissingDeviceToken          apnsReason = "MissingDeviceToken"
	reasonMissingTopic                apnsReason = "MissingTopic"
	reasonPayloadEmpty                apnsReason = "PayloadEmpty"
	reasonTopicDisallowed             apnsReason = "TopicDisallowed"
	reasonBadCertificate              apnsReason = "BadCertificate"            // in GOAWAY only
	reasonBadCertificateEnvironment   apnsReason = "BadCertificateEnvironment" // in GOAWAY only
	reasonExpiredProviderToken        apnsReason = "ExpiredProviderToken"
	reasonForbidden                   apnsReason = "Forbidden" // no rule is known
	reasonInvalidProviderToken        apnsReason = "InvalidProviderToken"
	reasonMissingProviderToken        apnsReason = "MissingProviderToken"
	reasonUnrelatedKeyIDInToken       apnsReason = "UnrelatedKeyIdInToken"
	reasonBadEnvironmentKeyIDInToken  apnsReason = "BadEnvironmentKeyIdInToken" // keys have no environment here
	reasonBadPath                     apnsReason = "BadPath"
	reasonMethodNotAllowed            apnsReason = "MethodNotAllowed"
	reasonExpiredToken                apnsReason = "ExpiredToken"
	reasonUnregistered                apnsReason = "Unregistered"
	reasonPayloadTooLarge             apnsReason = "PayloadTooLarge"
	reasonTooManyProviderTokenUpdates apnsReason = "TooManyProviderTokenUpdates"
	reasonTooManyRequests             apnsReason = "TooManyRequests"     // by fault only
	reasonInternalServerError         apnsReason = "InternalServerError" // by fault only
	reasonServiceUnavailable          apnsReason = "ServiceUnavailable"  // by fault only
	reasonShutdown                    apnsReason = "Shutdown"            // in GOAWAY only
)

// status is the HTTP status that Apple's table gives to the reason.
func (r apnsReason) status() int {
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
func (r apnsReason) throttles() bool {
	status := r.status()
	return status >= 400 && status < 500 && status != 410
}
