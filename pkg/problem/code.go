package problem

import "slices"

// Code is the stable name of a fault. It is never renamed and never translated.
type Code string

// Codes of findings. Checks outside this project rely on these names.
const (
	WrongRole            Code = "wrong-role"
	TopicMismatch        Code = "topic-mismatch"
	TopicMissing         Code = "topic-missing"
	CNUUIDDiffers        Code = "cn-uuid-differs"
	Expired              Code = "expired"
	ExpiresSoon          Code = "expires-soon"
	NotYetValid          Code = "not-yet-valid"
	KeyMissing           Code = "key-missing"
	KeyMismatch          Code = "key-mismatch"
	KeyEncrypted         Code = "key-encrypted"
	KeyWeak              Code = "key-weak"
	IssuerNotApple       Code = "issuer-not-apple"
	IssuerUnknownApple   Code = "issuer-unknown-apple"
	ChainIncomplete      Code = "chain-incomplete"
	ChainExpired         Code = "chain-expired"
	DuplicateCertificate Code = "duplicate-certificate"
	DuplicateTopic       Code = "duplicate-topic"
	SameCertificate      Code = "same-certificate"
	OlderThanStored      Code = "older-than-stored"
	RequestEncoding      Code = "request-encoding"
	RequestSignature     Code = "request-signature"
	RequestSHA1          Code = "request-sha1"
	RequestChain         Code = "request-chain"
	RequestNotOurs       Code = "request-not-ours"
	RequestStale         Code = "request-stale"
	VendorMissing        Code = "vendor-missing"
	VendorExpired        Code = "vendor-expired"
	VendorExpiresFirst   Code = "vendor-expires-first"
	PEMCRLF              Code = "pem-crlf"
	PEMLongLines         Code = "pem-long-lines"
	PEMBOM               Code = "pem-bom"
	NoAppleAccount       Code = "no-apple-account"
	Revoked              Code = "revoked"
	RevocationUnknown    Code = "revocation-unknown"
	Simulated            Code = "simulated"
	CertificateMissing   Code = "certificate-missing"
	SeveralCertificates  Code = "several-certificates"
	TopicNotMDM          Code = "topic-not-mdm"
	SandboxProfile       Code = "sandbox-profile"
	Purpose              Code = "purpose"
	RecipientMissing     Code = "recipient-missing"
	RecipientsUnchecked  Code = "recipients-unchecked"
	RecipientsWaiting    Code = "recipients-waiting"
	ServerBehind         Code = "server-behind"
	ServerDiffers        Code = "server-differs"
	ServerUnreachable    Code = "server-unreachable"
	ServerAhead          Code = "server-ahead"
	ServerAlert          Code = "server-alert"
)

// Codes of errors that are not findings: why a command could not do its work.
const (
	Internal          Code = "internal"
	Interrupted       Code = "interrupted"
	Usage             Code = "usage"
	NotInitialised    Code = "not-initialised"
	ProfileUnknown    Code = "profile-unknown"
	TokenMissing      Code = "token-missing"
	InputUnreadable   Code = "input-unreadable"
	InputTooLarge     Code = "input-too-large"
	OutputExists      Code = "output-exists"
	OutputUnwritable  Code = "output-unwritable"
	ResultLost        Code = "result-lost"
	NoTerminal        Code = "no-terminal"
	ConfirmationWrong Code = "confirmation-wrong"
	PasswordMissing   Code = "password-missing"
	PasswordWrong     Code = "password-wrong"

	FileUnrecognised Code = "file-unrecognised"
	FileUnsupported  Code = "file-unsupported"
	FileDamaged      Code = "file-damaged"

	JournalLocked     Code = "journal-locked"
	StateLocked       Code = "state-locked"
	StateDamaged      Code = "state-damaged"
	StateNewer        Code = "state-newer"
	StateUnreadable   Code = "state-unreadable"
	StateUnwritable   Code = "state-unwritable"
	PassphraseMissing Code = "passphrase-missing"
	PassphraseWrong   Code = "passphrase-wrong"
	KeyTampered       Code = "key-tampered"

	APNsRefused        Code = "apns-refused"
	APNsUnreachable    Code = "apns-unreachable"
	APNsTLS            Code = "apns-tls"
	APNsProtocol       Code = "apns-protocol"
	MailRefused        Code = "mail-refused"
	MailUnreachable    Code = "mail-unreachable"
	WebhookRefused     Code = "webhook-refused"
	WebhookUnreachable Code = "webhook-unreachable"
	MDMCertRefused     Code = "mdmcert-refused"
	MDMCertUnreachable Code = "mdmcert-unreachable"
	SecretMissing      Code = "secret-missing"
	ServerRefused      Code = "server-refused"
	ServerUnsupported  Code = "server-unsupported"

	ListenFailed Code = "listen-failed"
	DemoFailed   Code = "demo-failed"
)

// Exit is the exit status that c leads to when it stops a command: the one table of exit codes. A
// code missing here exits with [ExitRefused], which is right for every finding.
func (c Code) Exit() Exit {
	switch c {
	case Internal, DemoFailed, ResultLost:
		return ExitUnexpected
	case InputUnreadable, InputTooLarge, OutputExists, OutputUnwritable, ListenFailed, Usage, NotInitialised,
		ProfileUnknown, NoTerminal, ConfirmationWrong, RecipientMissing, ServerUnsupported:
		return ExitUsage
	case JournalLocked, StateLocked, StateDamaged, StateNewer, StateUnreadable, StateUnwritable, PassphraseMissing,
		PassphraseWrong, KeyTampered, PasswordMissing, PasswordWrong, SecretMissing:
		return ExitState
	case APNsRefused, MailRefused, WebhookRefused, MDMCertRefused, ServerRefused:
		return ExitAPNs
	case APNsUnreachable, APNsTLS, APNsProtocol, MailUnreachable, WebhookUnreachable, MDMCertUnreachable,
		ServerUnreachable, ServerBehind:
		return ExitNetwork
	case Interrupted:
		return ExitInterrupted
	}
	return ExitRefused
}

// FindingCodes lists every code a check may report, in the order of the contract.
func FindingCodes() []Code { return slices.Clone(findingCodes) }

// ErrorCodes lists every code that only stops a command.
func ErrorCodes() []Code { return slices.Clone(errorCodes) }

var findingCodes = []Code{
	WrongRole, TopicMismatch, TopicMissing, CNUUIDDiffers, Expired, ExpiresSoon, NotYetValid,
	KeyMissing, KeyMismatch, KeyEncrypted, KeyWeak, IssuerNotApple, IssuerUnknownApple,
	ChainIncomplete, ChainExpired, DuplicateCertificate, DuplicateTopic, SameCertificate,
	OlderThanStored, RequestEncoding, RequestSignature, RequestSHA1, RequestChain,
	RequestNotOurs, RequestStale, VendorMissing, VendorExpired, VendorExpiresFirst,
	PEMCRLF, PEMLongLines, PEMBOM, NoAppleAccount, Revoked, RevocationUnknown, Simulated,
	CertificateMissing, SeveralCertificates, TopicNotMDM, SandboxProfile, Purpose, RecipientMissing,
	RecipientsUnchecked, RecipientsWaiting, ServerBehind, ServerDiffers, ServerUnreachable,
	ServerAhead, ServerAlert,
}

var errorCodes = []Code{
	Internal, Interrupted, Usage, NotInitialised, ProfileUnknown, TokenMissing, InputUnreadable, InputTooLarge,
	OutputExists, OutputUnwritable, ResultLost, NoTerminal, ConfirmationWrong, PasswordMissing, PasswordWrong,
	FileUnrecognised, FileUnsupported, FileDamaged,
	JournalLocked, StateLocked, StateDamaged, StateNewer, StateUnreadable, StateUnwritable,
	PassphraseMissing, PassphraseWrong, KeyTampered,
	APNsRefused, APNsUnreachable, APNsTLS, APNsProtocol,
	MailRefused, MailUnreachable, WebhookRefused, WebhookUnreachable, MDMCertRefused, MDMCertUnreachable,
	SecretMissing, ServerRefused, ServerUnsupported, ListenFailed, DemoFailed,
}
