package apns

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// alerts are the TLS alerts (RFC 8446 section 6) that have a sentence of their own. Of
// these, apns-reference.md 3.9 tells which APNs sends when; those that speak of our
// certificate or key are for good.
var alerts = [math.MaxUint8 + 1]struct {
	code    problem.Code
	variant string
}{
	40:  {problem.APNsTLS, "handshake"},
	42:  {problem.APNsRefused, "certificate"},
	44:  {problem.APNsRefused, "certificate-revoked"},
	45:  {problem.APNsRefused, "certificate-expired"},
	46:  {problem.APNsTLS, "certificate-unknown"},
	48:  {problem.APNsRefused, "authority-unknown"},
	51:  {problem.APNsRefused, "key-differs"},
	70:  {problem.APNsTLS, "version"},
	80:  {problem.APNsTLS, "internal"},
	116: {problem.APNsTLS, "certificate-required"},
	120: {problem.APNsProtocol, "no-http2"},
}

// tlsCause explains alerts, and our own refusal of the server; nil for any other error.
func tlsCause(err error) *problem.Error {
	if alert, ok := remoteAlert(err); ok {
		known := alerts[alert]
		if known.code == "" {
			known.code, known.variant = problem.APNsTLS, "alert"
		}
		p := problem.Params{"alert": strconv.Itoa(int(alert))}
		if e, ok := errors.AsType[*dialError](err); ok && !e.named {
			p["authority"] = "unlisted" // Go's own client would have withheld the certificate
		}
		return problem.Say(known.code, known.variant, p)
	}
	if p := serverCause(err); p != nil {
		return p
	}
	e, ok := errors.AsType[*dialError](err)
	if !ok || e.stage != stageTLS || networkError(err) {
		return nil
	}
	return problem.Say(problem.APNsTLS, "handshake", problem.Params{"detail": detail(err)})
}

// serverCause explains what we found wrong with the server; nil for any other error.
func serverCause(err error) *problem.Error {
	if errors.Is(err, errNoAuthorities) {
		return say(problem.APNsTLS, "no-authorities")
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return say(problem.APNsTLS, "server-untrusted")
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return say(problem.APNsTLS, "server-name")
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if e.Reason == x509.Expired {
			return say(problem.APNsTLS, "server-expired")
		}
		return say(problem.APNsTLS, "server-untrusted")
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return say(problem.APNsTLS, "not-tls")
	}
	return nil
}

// withoutAuthorities names the cause of a refusal of the server by a machine that trusts
// nobody, as in a container without certificates: Go either could not read them
// ([x509.SystemRootsError]) or found none, and then any server's is unknown. roots is what
// was trusted, nil for the system's.
func withoutAuthorities(err error, roots *x509.CertPool) error {
	if _, ok := errors.AsType[x509.SystemRootsError](err); ok {
		return fmt.Errorf("%w: %w", errNoAuthorities, err)
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok {
		return err
	}
	if roots == nil {
		var unread error
		if roots, unread = x509.SystemCertPool(); unread != nil {
			return err
		}
	}
	if roots.Equal(x509.NewCertPool()) {
		return fmt.Errorf("%w: %w", errNoAuthorities, err)
	}
	return err
}

// networkError tells whether an error in a handshake is the network's and not TLS's.
func networkError(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "read" || op.Op == "write") || errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// remoteAlert finds the alert that the peer has sent. crypto/tls keeps the type of such
// errors to itself, but not their text.
func remoteAlert(err error) (uint8, bool) {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" {
		return 0, false
	}
	for alert := range 256 {
		if tls.AlertError(alert).Error() == op.Err.Error() {
			return uint8(alert), true
		}
	}
	return 0, false
}
