package deliver

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Hook is an address that takes a text by HTTP.
type Hook struct {
	Name   string
	Kind   HookKind
	URL    string
	Secret string // signs the body; empty is unsigned
}

// Web tells by HTTP.
type Web struct {
	// Proxy says by which proxy an address is reached; nil is none.
	Proxy   func(*url.URL) (*url.URL, error)
	Timeout time.Duration // zero is half a minute
}

// SignatureHeader has the HMAC-SHA256 of the body, in hexadecimal after "sha256=".
const SignatureHeader = "X-Apnsctl-Signature"

// Post gives a notice to a webhook.
func (w Web) Post(ctx context.Context, hook Hook, n Notice) error {
	body, err := hook.Kind.body(n)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.URL, bytes.NewReader(body))
	if err != nil {
		return problem.Say(problem.WebhookRefused, "url", problem.Params{"webhook": hook.Name}) // the cause may name the address, which is a secret
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", fingerprint(n.ID))
	if hook.Secret != "" {
		request.Header.Set(SignatureHeader, Signature(hook.Secret, body))
	}
	return w.do(request, problem.Params{"webhook": hook.Name})
}

// Signature is what a receiver compares: whoever knows the secret sent this body.
func Signature(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// Ping asks for an address, which tells a dead man's switch that all is well.
func (w Web) Ping(ctx context.Context, address string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return problem.Say(problem.WebhookRefused, "ping.url", nil)
	}
	err = w.do(request, problem.Params{})
	if err == nil {
		return nil
	}
	p := problem.Of(err)
	switch p.Key() { // it is no webhook, and has a setting of its own
	case "webhook-refused":
		return problem.Say(problem.WebhookRefused, "ping", p.Params)
	case "webhook-refused.moved":
		return problem.Say(problem.WebhookRefused, "ping.moved", p.Params)
	case "webhook-unreachable":
		return problem.Say(problem.WebhookUnreachable, "ping", p.Params)
	case "webhook-unreachable.status":
		return problem.Say(problem.WebhookUnreachable, "ping.status", p.Params)
	}
	return err
}

// do sends a request; params name the webhook. Redirections are not followed: they would turn a POST
// into a GET, and carry a signed text elsewhere.
func (w Web) do(request *http.Request, params problem.Params) error {
	timeout := w.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	transport := &http.Transport{Proxy: func(r *http.Request) (*url.URL, error) {
		if w.Proxy == nil {
			return nil, nil
		}
		return w.Proxy(r.URL)
	}}
	defer transport.CloseIdleConnections()
	client := &http.Client{
		Transport: transport, Timeout: timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	request.Header.Set("User-Agent", "apnsctl")
	response, err := client.Do(request) //nolint:gosec // the owner's own setting
	if err != nil {
		if request.Context().Err() != nil {
			return problem.New(problem.Interrupted, nil)
		}
		params["detail"] = hidden(err)
		return problem.New(problem.WebhookUnreachable, params)
	}
	defer func() { _ = response.Body.Close() }() // only read from
	const most = 300
	said, _ := io.ReadAll(io.LimitReader(response.Body, most)) // of an answer that is cut short, what there is
	params["status"], params["detail"] = strconv.Itoa(response.StatusCode), strings.Join(strings.Fields(string(said)), " ")
	switch code := response.StatusCode; {
	case code < http.StatusMultipleChoices:
		return nil
	case code < http.StatusBadRequest && response.Header.Get("Location") != "":
		return problem.Say(problem.WebhookRefused, "moved", params)
	case code == http.StatusRequestTimeout, code == http.StatusTooManyRequests, code >= http.StatusInternalServerError:
		return problem.Say(problem.WebhookUnreachable, "status", params)
	}
	return problem.New(problem.WebhookRefused, params)
}

// hidden is why a request failed, without its address: that of a chat is a secret.
func hidden(err error) string {
	for {
		wrapped, ok := err.(*url.Error) //nolint:errorlint // that alone, and not what it wraps
		if !ok {
			return detail(err)
		}
		err = wrapped.Err
	}
}
