package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// grant opens the server with a token for its client's own credentials (RFC 6749, 4.4), which is
// fetched by the same door when the first call needs it.
func (d *door) grant(c clientcredentials.Config) {
	var held *oauth2.Token
	c.AuthStyle = oauth2.AuthStyleInParams // what both services document; trying the other way would spend a login
	d.authorize = func(r *http.Request) (answer, error) {
		if !held.Valid() {
			ctx := context.WithValue(r.Context(), oauth2.HTTPClient, d.client)
			fresh, err := c.Token(ctx)
			if err != nil {
				return d.ungranted(ctx, err)
			}
			held = fresh
			d.secrets = append(forms(map[string]string{token: held.AccessToken}), d.secrets...)
		}
		held.SetAuthHeader(r)
		return answer{}, nil
	}
}

// ungranted is the answer that came in place of a token. That a client is unknown is said with 400
// too (RFC 6749, 5.2).
func (d *door) ungranted(ctx context.Context, err error) (answer, error) {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if _, unreached := errors.AsType[*url.Error](err); unreached || ctx.Err() != nil {
		return answer{}, d.explain(ctx, err)
	} else if !ok {
		return answer{}, d.garbled(answer{body: []byte(err.Error())})
	}
	a := answer{status: refused.Response.StatusCode, header: refused.Response.Header, body: refused.Body}
	if r := refused.Response.Request; r != nil {
		a.address = asked(r.URL)
	}
	switch {
	case a.status == http.StatusBadRequest && refused.ErrorCode != "":
		a.status = http.StatusUnauthorized
	case a.status < http.StatusMultipleChoices:
		return a, d.garbled(a)
	}
	return a, nil
}
