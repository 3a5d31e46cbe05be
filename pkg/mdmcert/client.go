package mdmcert

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// mostAnswer bounds the answer in bytes: a good one has 20.
const mostAnswer = 64 << 10

// patience is how long a call may take in all.
const patience = 30 * time.Second

// Client asks the service, or what stands in for it.
type Client struct {
	URL string // https, or http on this machine
	// Proxy says by which proxy an address is reached; nil is none.
	Proxy   func(*url.URL) (*url.URL, error)
	Timeout time.Duration // zero is half a minute
}

// Request is what the service is told. It takes PEM where one expects DER.
type Request struct {
	CSR     []byte `json:"csr"`     // PEM
	Email   string `json:"email"`   // the address that is registered there
	Key     string `json:"key"`     // the client program's, given by the service's operator
	Encrypt []byte `json:"encrypt"` // PEM of the certificate that the answer is encrypted to
}

// answer is what the service says. Go compares the names of fields without case, as the other clients do.
type answer struct{ Result, Reason string }

// Ask has a request signed. Errors: [problem.MDMCertRefused] where it is no use to ask again,
// [problem.MDMCertUnreachable] where it may be, and [problem.Interrupted]. Where no whole answer
// came the service may have taken the request all the same.
func (c Client) Ask(ctx context.Context, r Request) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(body))
	if err != nil {
		return c.unreachable(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "apnsctl")
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		Proxy: func(r *http.Request) (*url.URL, error) {
			if c.Proxy == nil {
				return nil, nil
			}
			return c.Proxy(r.URL)
		},
	}
	defer transport.CloseIdleConnections()
	client := http.Client{
		Transport: transport, Timeout: c.timeout(),
		// A redirection would turn the POST into a GET, or carry the key elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return c.failed(ctx, err)
	}
	defer func() { _ = response.Body.Close() }() // only read from
	said, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return c.failed(ctx, err)
	}
	return c.decide(response.StatusCode, bytes.ReplaceAll(said, []byte(r.Key), []byte("...")))
}

func (c Client) timeout() time.Duration {
	if c.Timeout == 0 {
		return patience
	}
	return c.Timeout
}

// decide decides what an answer means. A failure can come with status 200, and so can a page of
// something between here and the service.
func (c Client) decide(status int, said []byte) error {
	var a answer
	isJSON := json.Unmarshal(said, &a) == nil
	params := problem.Params{"url": c.URL, "status": strconv.Itoa(status), "reason": brief(a.Reason)}
	switch {
	case status >= http.StatusMultipleChoices:
		return failedWith(status, params)
	case !isJSON && strings.HasPrefix(strings.TrimSpace(string(said)), "<"):
		return problem.Say(problem.MDMCertUnreachable, "page", params)
	case !isJSON || a.Result == "":
		return problem.Say(problem.MDMCertUnreachable, "answer", params)
	case strings.EqualFold(a.Result, "success"):
		return nil
	case a.Reason == "":
		return problem.Say(problem.MDMCertRefused, "silent", params)
	}
	return problem.New(problem.MDMCertRefused, params)
}

// failedWith is what a status means that is no success.
func failedWith(status int, params problem.Params) error {
	switch {
	case status == http.StatusRequestTimeout, status == http.StatusTooManyRequests, status >= http.StatusInternalServerError:
		return problem.Say(problem.MDMCertUnreachable, "status", params)
	case status < http.StatusBadRequest:
		return problem.Say(problem.MDMCertUnreachable, "redirect", params)
	case params["reason"] == "":
		return problem.Say(problem.MDMCertRefused, "status", params)
	}
	return problem.New(problem.MDMCertRefused, params)
}

// brief is a text in one line that is not long.
func brief(text string) string {
	const most = 200
	text = strings.Join(strings.Fields(text), " ")
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

// failed is why no answer came.
func (c Client) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return problem.New(problem.Interrupted, nil)
	}
	if late, ok := errors.AsType[net.Error](err); ok && late.Timeout() {
		params := problem.Params{"url": c.URL, "seconds": strconv.Itoa(int(c.timeout().Seconds()))}
		return problem.Say(problem.MDMCertUnreachable, "timeout", params).Because(err)
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // the address is named beside it
	}
	return c.unreachable(err)
}

func (c Client) unreachable(err error) error {
	return problem.New(problem.MDMCertUnreachable, problem.Params{"url": c.URL, "detail": brief(err.Error())}).Because(err)
}
