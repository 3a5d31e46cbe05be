package server

import (
	"context"
	"errors"
	"net/http"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// grant opens the server with a token for its client's own credentials (RFC 6749, 4.4), which is
// fetched by the same door when the first call needs it.
func (d *door) grant(c clientcredentials.Config) {
	var held *oauth2.Token
	c.AuthStyle = oauth2.AuthStyleInParams // what both services document; trying the other way would spend a login
	d.authorize = func(r *http.Request) error {
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
		return nil
	}
}

// ungranted is why there is no token. That a client is unknown is answered with 400 too (RFC 6749, 5.2).
func (d *door) ungranted(ctx context.Context, err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case !ok:
		return d.explain(ctx, err)
	case refused.Response.StatusCode == http.StatusBadRequest && refused.ErrorCode != "":
		return d.judge(answer{http.StatusUnauthorized, refused.Response.Header, refused.Body})
	case refused.Response.StatusCode < http.StatusMultipleChoices:
		return d.garbled(answer{refused.Response.StatusCode, refused.Response.Header, refused.Body})
	}
	return d.judge(answer{refused.Response.StatusCode, refused.Response.Header, refused.Body})
}
