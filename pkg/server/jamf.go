package server

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/oauth2/clientcredentials"
)

// jamf is Jamf Pro, which tells no date and no topic: it warns, about thirty days before as its
// makers believe.
type jamf struct{ basis }

func openJamf(d *door, a Access) Server {
	d.grant(clientcredentials.Config{
		ClientID: a.Credentials[clientID], ClientSecret: a.Credentials[clientSecret],
		TokenURL: d.base.JoinPath("api/oauth/token").String(),
	})
	return jamf{basis{d}}
}

func (s jamf) Read(ctx context.Context) (Held, error) {
	a, err := s.get(ctx, "api/v1/notifications", nil)
	rows, err := list[struct{ Type string }](s.door, a, err, "type")
	var alerts []string
	for _, row := range rows {
		if strings.HasPrefix(row.Type, "PUSH_") || strings.HasPrefix(row.Type, "APNS_") {
			alerts = append(alerts, s.cleaned(row.Type))
		}
	}
	slices.Sort(alerts)
	return Held{Alert: strings.Join(slices.Compact(alerts), ", ")}, err
}
