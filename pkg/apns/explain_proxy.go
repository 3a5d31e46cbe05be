package apns

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// errNoProxy is the end of a connection to what does not answer as a proxy does. What it
// says instead may be anything, so it is not told.
var errNoProxy = errors.New("apns: what answers is no HTTP proxy")

// proxyError is a proxy's answer to CONNECT, unless it opens the way.
type proxyError struct {
	status  int
	named   bool     // it was given a user name
	schemes []string // that it offers for authentication
}

func (e *proxyError) Error() string { return "proxy answers with status " + strconv.Itoa(e.status) }

// proxyTLSError is a failure of TLS with an https proxy itself.
type proxyTLSError struct{ err error }

func (e *proxyTLSError) Error() string { return "TLS with the proxy: " + e.err.Error() }
func (e *proxyTLSError) Unwrap() error { return e.err }

// proxyDecided tells whether a proxy has said no, which it says again when it is asked
// again; and some lock a user after a few wrong passwords.
func proxyDecided(err error) bool {
	e, ok := errors.AsType[*proxyError](err)
	return ok && e.status/100 == 4
}

// proxyCause explains what went wrong at the proxy. Nothing of this speaks of APNs, not even
// a TLS alert.
func proxyCause(e *dialError) *problem.Error {
	if answer, ok := errors.AsType[*proxyError](e.err); ok {
		return answer.cause(e.proxy)
	}
	params := problem.Params{"proxy": e.proxy}
	if unnamed, ok := errors.AsType[*net.DNSError](e.err); ok {
		params["name"] = unnamed.Name
		return problem.Say(problem.APNsUnreachable, "proxy-name", params)
	}
	switch {
	case errors.Is(e.err, errNoAuthorities):
		return problem.Say(problem.APNsUnreachable, "proxy-no-authorities", params)
	case errors.Is(e.err, errNoProxy):
		return problem.Say(problem.APNsUnreachable, "proxy-other", params)
	case errors.Is(e.err, errSilent):
		return problem.Say(problem.APNsUnreachable, "proxy-silent", params)
	}
	params["detail"] = detail(e.err)
	if _, ok := errors.AsType[*proxyTLSError](e.err); ok {
		return problem.Say(problem.APNsUnreachable, "proxy-tls", params)
	}
	return problem.Say(problem.APNsUnreachable, "proxy", params)
}

// cause tells apart what has to be done: another password, another way, or waiting.
func (e *proxyError) cause(proxy string) *problem.Error {
	p := problem.Params{"proxy": proxy, "status": strconv.Itoa(e.status), "schemes": cmp.Or(strings.Join(e.schemes, ", "), "-")}
	basic := slices.ContainsFunc(e.schemes, func(s string) bool { return strings.EqualFold(s, "Basic") })
	switch {
	case e.status == http.StatusProxyAuthRequired && !basic && e.schemes != nil:
		return problem.Say(problem.APNsUnreachable, "proxy-scheme", p)
	case e.status == http.StatusProxyAuthRequired && e.named:
		return problem.Say(problem.APNsUnreachable, "proxy-password", p)
	case e.status == http.StatusProxyAuthRequired:
		return problem.Say(problem.APNsUnreachable, "proxy-authentication", p)
	case e.status >= http.StatusInternalServerError && e.status != http.StatusNotImplemented:
		return problem.Say(problem.APNsUnreachable, "proxy-failed", p)
	}
	return problem.Say(problem.APNsUnreachable, "proxy-refused", p) // 501 too: it does not know CONNECT
}

// maxSchemes and maxScheme bound what is told of a proxy's words.
const (
	maxSchemes = 8
	maxScheme  = 32
)

// challenges are the schemes in Proxy-Authenticate fields, each once: a list of challenges,
// each a scheme and perhaps a list of parameters, with commas between all of them
// (RFC 9110 sections 11.3 and 11.7.1).
func challenges(fields []string) (schemes []string) {
	for _, field := range fields {
		for _, part := range splitUnquoted(field) {
			scheme, rest, _ := strings.Cut(strings.TrimSpace(part), " ")
			known := slices.ContainsFunc(schemes, func(s string) bool { return strings.EqualFold(s, scheme) })
			parameter := strings.HasPrefix(strings.TrimSpace(rest), "=")
			if isScheme(scheme) && !parameter && !known && len(schemes) < maxSchemes {
				schemes = append(schemes, scheme)
			}
		}
	}
	return schemes
}

// splitUnquoted splits at the commas outside of quoted strings.
func splitUnquoted(field string) []string {
	quoted, escaped := false, false
	return strings.FieldsFunc(field, func(r rune) bool {
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		}
		return r == ',' && !quoted
	})
}

// isScheme tells whether a word can be the name of a scheme: letters, digits and a few marks
// do for all that are registered, and a parameter has a "=".
func isScheme(word string) bool {
	return word != "" && len(word) <= maxScheme && !strings.ContainsFunc(word, func(r rune) bool {
		return r != '-' && r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}
