package apns

import (
	"context"
	"errors"
	"io"
	"net"

	"golang.org/x/net/http2"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Explain turns the end of a connection to host, or the Err of a [Result], into the
// cause that a person can act on. The codes are apns-refused (for good: the certificate
// or key must be mended), apns-tls, apns-protocol and apns-unreachable (try later).
// A problem stays as it is.
func Explain(err error, host string) *problem.Error {
	if p, ok := errors.AsType[*problem.Error](err); ok {
		return p
	}
	p := cause(err)
	if p.Params == nil {
		p.Params = problem.Params{}
	}
	p.Params["host"] = host
	return p.Because(err)
}

// say is a problem without values, for [Explain] to complete.
func say(code problem.Code, variant string) *problem.Error { return problem.Say(code, variant, nil) }

// cause finds what lies behind an error.
func cause(err error) *problem.Error {
	if e, ok := errors.AsType[*dialError](err); ok && e.stage == stageProxy {
		return proxyCause(e)
	}
	if e, ok := errors.AsType[*goAwayError](err); ok {
		return goAwayCause(e)
	}
	if p := ownCause(err); p != nil {
		return p
	}
	if p := tlsCause(err); p != nil {
		return p
	}
	return networkCause(err)
}

// goAwayCause tells a refusal of our identity from any other GOAWAY.
func goAwayCause(e *goAwayError) *problem.Error {
	p := problem.Params{"reason": e.reason, "detail": e.code.String()}
	switch {
	case e.reason == "BadCertificateEnvironment":
		return problem.Say(problem.APNsRefused, "certificate-environment", p)
	case e.reason == "BadCertificate":
		return problem.Say(problem.APNsRefused, "certificate", p)
	case e.barring():
		return problem.Say(problem.APNsRefused, "reason", p)
	case e.reason != "":
		return problem.Say(problem.APNsProtocol, "goaway-reason", p)
	}
	return problem.Say(problem.APNsProtocol, "goaway", p)
}

// ownCause finds the ends that this package names itself.
func ownCause(err error) *problem.Error {
	switch {
	case errors.Is(err, errNoH2):
		return say(problem.APNsProtocol, "no-http2")
	case errors.Is(err, errSilent):
		return say(problem.APNsUnreachable, "silent")
	case errors.Is(err, errDead):
		return say(problem.APNsUnreachable, "dead")
	case errors.Is(err, errNoAnswer):
		return say(problem.APNsUnreachable, "no-answer")
	case errors.Is(err, errStalled):
		return say(problem.APNsProtocol, "stalled")
	case errors.Is(err, errStopped):
		return say(problem.APNsUnreachable, "stopped")
	}
	var stream http2.StreamError
	var conn http2.ConnectionError
	switch {
	case errors.As(err, &stream):
		return problem.Say(problem.APNsProtocol, "reset", problem.Params{"detail": stream.Code.String()})
	case errors.As(err, &conn):
		return problem.Say(problem.APNsProtocol, "garbage", problem.Params{"detail": http2.ErrCode(conn).String()})
	case errors.Is(err, http2.ErrFrameTooLarge):
		return problem.Say(problem.APNsProtocol, "garbage", problem.Params{"detail": http2.ErrCodeFrameSize.String()})
	}
	return nil
}

// networkCause explains what went wrong below TLS.
func networkCause(err error) *problem.Error {
	if e, ok := errors.AsType[*net.DNSError](err); ok {
		return problem.Say(problem.APNsUnreachable, "name", problem.Params{"name": e.Name})
	}
	timeout, ok := errors.AsType[net.Error](err)
	dialing, dialed := errors.AsType[*dialError](err)
	switch {
	case ok && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return say(problem.APNsUnreachable, "timeout")
	case dialed && dialing.stage == stageConnect:
		return problem.Say(problem.APNsUnreachable, "connect", problem.Params{"detail": detail(err)})
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return say(problem.APNsUnreachable, "closed")
	}
	return problem.Say(problem.APNsUnreachable, "broken", problem.Params{"detail": detail(err)})
}

// detail is the innermost text of an error, without the addresses around it.
func detail(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
