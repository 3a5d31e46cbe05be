package server

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// decide makes of a status what the caller should do next. A server's words are told, so that a
// person can look them up.
func (d *door) decide(a answer) error {
	params := problem.Params{"server": d.name, "host": d.base.Hostname(), "address": d.address(a), "status": strconv.Itoa(a.status), "detail": d.words(a.body)}
	switch {
	case a.status < http.StatusMultipleChoices:
		return nil
	case a.status < http.StatusBadRequest:
		params["location"] = d.elsewhere(a.header.Get("Location"))
		return problem.Say(problem.ServerRefused, "moved", params)
	case a.status == http.StatusUnauthorized:
		return problem.Say(problem.ServerRefused, "login", params)
	case a.status == http.StatusForbidden:
		return problem.Say(problem.ServerRefused, "permission", params)
	case a.status == http.StatusNotFound, a.status == http.StatusMethodNotAllowed:
		return problem.Say(problem.ServerRefused, "nowhere", params)
	case a.status == http.StatusTooManyRequests:
		return problem.Say(problem.ServerUnreachable, "busy", params)
	case a.status >= http.StatusInternalServerError:
		return problem.Say(problem.ServerUnreachable, "status", params)
	}
	return problem.New(problem.ServerRefused, params)
}

// address is the one that answered, as far as that is known.
func (d *door) address(a answer) string { return d.cleaned(cmp.Or(a.address, d.base.String())) }

// elsewhere is where a redirection leads, without what else its address holds.
func (d *door) elsewhere(location string) string {
	u, err := d.base.Parse(location)
	if err != nil {
		return ""
	}
	return d.cleaned((&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String())
}

// explain makes of a failed connection what a person can act on.
func (d *door) explain(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return problem.New(problem.Interrupted, nil)
	}
	for wrapped, ok := errors.AsType[*url.Error](err); ok; wrapped, ok = errors.AsType[*url.Error](err) {
		if err = wrapped.Err; wrapped.Timeout() && !isTLS(err) {
			return problem.Say(problem.ServerUnreachable, "silent", problem.Params{"server": d.name, "host": d.base.Hostname()})
		}
	}
	params := problem.Params{"server": d.name, "host": d.base.Hostname(), "detail": d.cleaned(err.Error())}
	switch {
	case isTLS(err) && d.kind.Offers().URL != "": // whose certificate every system trusts
		return problem.Say(problem.ServerUnreachable, "tls.hosted", params)
	case isTLS(err):
		return problem.Say(problem.ServerUnreachable, "tls", d.again.Params(problem.Params{
			"server": d.name, "host": d.base.Hostname(), "detail": d.cleaned(err.Error()), "command": d.again.Command,
		}))
	}
	return problem.New(problem.ServerUnreachable, params)
}

// isTLS tells whether the encryption failed, and not the way.
func isTLS(err error) bool {
	_, certificate := errors.AsType[*tls.CertificateVerificationError](err)
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	return certificate || record || alert || host || strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "HTTP response to HTTPS client")
}

// garbled is the error about an answer that says nothing. A page for people in its place comes from
// a proxy, a login, or another server than was meant.
func (d *door) garbled(a answer) error {
	params := problem.Params{"server": d.name, "host": d.base.Hostname(), "address": d.address(a), "detail": d.words(a.body)}
	if isPage(a) {
		return problem.Say(problem.ServerUnreachable, "page", params)
	}
	return problem.Say(problem.ServerUnreachable, "garbled", params)
}

// isPage tells whether an answer is HTML, which no call here asks for.
func isPage(a answer) bool {
	start := strings.ToLower(string(trimmed(a.body[:min(len(a.body), 200)])))
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") ||
		strings.HasPrefix(a.header.Get("Content-Type"), "text/html") && strings.HasPrefix(start, "<")
}

// trimmed is text without white space around it and without a byte order mark.
func trimmed(text []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(text), []byte("\ufeff")))
}

// words are what a server says about a failure: the messages of its JSON, the title of its page,
// or the beginning of its text.
func (d *door) words(body []byte) string {
	body = trimmed(body)
	var document any
	switch {
	case json.Unmarshal(body, &document) == nil:
		return d.cleaned(strings.Join(messages(document, 0), ": "))
	case bytes.HasPrefix(body, []byte("<")):
		_, rest, _ := bytes.Cut(body, []byte("<title>"))
		title, _, _ := bytes.Cut(rest, []byte("</title>"))
		return d.cleaned(string(title))
	}
	return d.cleaned(string(body))
}

// messages are the texts of a document under the names that services give to them.
func messages(v any, depth int) []string {
	const deepest, most = 4, 5
	var found []string
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, element := range v[:min(len(v), most)] {
			found = append(found, messages(element, depth+1)...)
		}
	case map[string]any:
		for _, name := range []string{"error", "error_description", "code", "message", "title", "detail", "name", "reason", "description", "errors"} {
			if value, ok := v[name]; ok && depth < deepest {
				found = append(found, messages(value, depth+1)...)
			}
		}
	}
	found = slices.DeleteFunc(found, func(text string) bool { return strings.TrimSpace(text) == "" })
	return slices.Compact(found[:min(len(found), most)])
}

// cleaned is a text of others on one line, of a length that can be read, and without what opens the
// server: some repeat a request in their answer.
func (d *door) cleaned(text string) string {
	const most = 300 // characters
	text = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	text = strings.Join(strings.Fields(text), " ")
	for _, secret := range d.secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// forms are the ways in which a server might repeat a credential: as it is, in an address, and as
// basic authentication has it. The longest come first, since one may be a part of another.
func forms(credentials map[string]string) []string {
	var all []string
	for name, value := range credentials {
		if name == tenant || name == organization || name == user || name == clientID {
			continue // names, which a person needs to see
		}
		all = append(all, value, url.QueryEscape(value), url.PathEscape(value), base64.StdEncoding.EncodeToString([]byte(value)))
		for _, name := range []string{"", credentials[user], "nanomdm", "nanohub", "micromdm"} {
			all = append(all, base64.StdEncoding.EncodeToString([]byte(name+":"+value)))
		}
		all = append(all, base64.StdEncoding.EncodeToString([]byte(value+":")))
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(all)
}
