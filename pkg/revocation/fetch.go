package revocation

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Fetch is how lists are fetched. They are signed, so that plain HTTP, as Apple has it, is as good as
// any way.
type Fetch struct {
	// Proxy says by which proxy an address is reached; nil is none.
	Proxy     func(*url.URL) (*url.URL, error)
	UserAgent string        // empty is apnsctl
	Timeout   time.Duration // zero is half a minute
}

// mostList is how much of an answer is taken: Apple's longest lists have some megabytes.
const mostList = 32 << 20

// list is what lies at an address, or why there is nothing.
func (f Fetch) list(ctx context.Context, address string) ([]byte, *Answer) {
	unreached := func(err error) ([]byte, *Answer) {
		for wrapped, ok := errors.AsType[*url.Error](err); ok; wrapped, ok = errors.AsType[*url.Error](err) {
			err = wrapped.Err
		}
		return nil, &Answer{Status: Unknown, Reason: Unreachable, Detail: err.Error()}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return unreached(err)
	}
	request.Header.Set("User-Agent", cmp.Or(f.UserAgent, "apnsctl"))
	transport := &http.Transport{
		Proxy: func(r *http.Request) (*url.URL, error) {
			if f.Proxy == nil {
				return nil, nil
			}
			return f.Proxy(r.URL)
		},
		TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12},
		DisableKeepAlives: true,
	}
	client := &http.Client{Transport: transport, Timeout: cmp.Or(f.Timeout, 30*time.Second)}
	response, err := client.Do(request)
	if err != nil {
		return unreached(err)
	}
	defer func() { _ = response.Body.Close() }() // only read from
	if response.StatusCode != http.StatusOK {
		return unreached(fmt.Errorf("status %d", response.StatusCode))
	}
	list, err := io.ReadAll(io.LimitReader(response.Body, mostList+1))
	if err != nil {
		return unreached(err)
	}
	if len(list) > mostList {
		return nil, &Answer{Status: Unknown, Reason: Unreadable, Detail: fmt.Sprintf("more than %d bytes", mostList)}
	}
	return list, nil
}
