package portal

// certainty says how sure it is that Apple's portal refuses for a reason, in the
// tags of apns-reference.md.
type certainty string

const (
	saidByApple   certainty = "A" // Apple's documentation states the condition
	saidByOthers  certainty = "C" // projects and vendors report the refusal
	inferred      certainty = "I" // follows from Apple's rules; nobody reports it
	unconfirmable certainty = "U" // a guess, made only where the alternative is a lie
)

// flaw is what is wrong with a request, finer than Apple's words for it. It is
// the value of the Simulator-Reason header.
type flaw string

const (
	flawEmpty          flaw = "request-empty"
	flawNotBase64      flaw = "request-not-base64"
	flawNotPlist       flaw = "request-not-plist"
	flawKeys           flaw = "request-keys"
	flawCSR            flaw = "csr-malformed"
	flawCSRSignature   flaw = "csr-signature"
	flawCSRKeyShort    flaw = "csr-key-short"
	flawCSRKeyKind     flaw = "csr-key-not-rsa"
	flawChainPEM       flaw = "chain-malformed"
	flawChainLines     flaw = "chain-line-length"
	flawChainShort     flaw = "chain-incomplete"
	flawChainRoot      flaw = "chain-foreign-root"
	flawChainSignature flaw = "chain-broken"
	flawChainDates     flaw = "chain-expired"
	flawVendorRole     flaw = "vendor-role"
	flawVendorExpired  flaw = "vendor-expired"
	flawVendorKey      flaw = "vendor-key-in-csr"
	flawVendorEarly    flaw = "vendor-not-yet-valid"
	flawSignature      flaw = "signature-invalid"
	flawSignatureSHA1  flaw = "signature-sha1"
	flawSignaturePEM   flaw = "signature-over-pem"
	flawRevoked        flaw = "renewal-of-revoked"
)

// refusal is an answer of Apple's portal that is not a certificate.
type refusal struct {
	flaw    flaw
	sure    certainty
	code    int
	message string
	text    string // ErrorDescription; Apple wraps words of it in HTML, which is left out here
	cause   error  // for the log and the page; may be nil
}

func (r *refusal) Error() string {
	text := string(r.flaw) + ": " + r.text
	if r.cause != nil {
		text += " (" + r.cause.Error() + ")"
	}
	return text
}

func (r *refusal) Unwrap() error { return r.cause }

// Apple's error codes. One is known, from a captured answer [C]; no other was found
// in public, so that the rest share a number which is plainly not Apple's [U].
const (
	codeSignature = -80018
	codeUnknown   = -1
)

// refuse gives Apple's answer for a reason. The sentences are those people report from
// the portal (apns-reference.md 1.5), each put to the causes it was reported for.
func refuse(why flaw, cause error) *refusal {
	sure := howSure(why)
	switch why {
	case flawVendorExpired, flawVendorEarly, flawChainDates:
		return &refusal{
			why, sure, codeSignature, "Certificate Signature Verification failed",
			"Certificate Signature Verification failed because the signing certificate is expired.", cause,
		}
	case flawSignature, flawSignatureSHA1, flawSignaturePEM, flawVendorRole, flawVendorKey, flawChainShort,
		flawChainRoot, flawChainSignature, flawChainPEM, flawChainLines:
		return &refusal{
			why, sure, codeSignature, "Certificate Signature Verification failed",
			"Certificate Signature Verification failed because the signature is invalid.", cause,
		}
	case flawRevoked:
		return &refusal{
			why, sure, codeUnknown, "Certificate Revoked",
			"The certificate has been revoked and cannot be renewed.", cause,
		}
	default:
		return &refusal{
			why, sure, codeUnknown, "Invalid Certificate Signing Request",
			"The Certificate Signing Request appears to be invalid. Make sure that request file was uploaded is in the correct format and not empty.", cause,
		}
	}
}

// howSure is the evidence for each refusal. What is not here is inferred: it follows from
// the format that Apple documents, but nobody reports trying it.
func howSure(why flaw) certainty {
	switch why {
	case flawChainLines:
		return saidByApple // "64 characters a line" is a stated condition
	case flawEmpty, flawNotBase64, flawSignature, flawSignatureSHA1, flawSignaturePEM,
		flawChainSignature, flawVendorExpired:
		return saidByOthers
	case flawCSRKeyKind, flawCSRKeyShort:
		return unconfirmable // all known certificates are RSA 2048; an issued EC one would promise too much
	default:
		return inferred
	}
}
