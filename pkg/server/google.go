package server

import (
	"context"
	"net/url"
	"strings"
)

// google is the alert center of Google Workspace. It warns of a certificate that ends; before and
// after that there is no alert, which says nothing about a certificate.
type google struct{ basis }

func openGoogle(d *door, a Access) Server {
	d.bearer(a.Credentials[token])
	return google{basis{d}}
}

// Read is what the alert about the certificate that ends last says.
func (s google) Read(ctx context.Context) (Held, error) {
	var last Held
	for _, kind := range []string{"APNS certificate is expiring soon", "APNS certificate has expired"} {
		a, err := s.get(ctx, "v1beta1/alerts", url.Values{"filter": {`type="` + kind + `"`}, "orderBy": {"createTime desc"}, "pageSize": {"20"}})
		v, err := read[struct {
			Alerts []struct {
				Type    string
				Deleted bool
				Data    struct {
					Type                         string `json:"@type"`
					ExpirationTime, AppleID, UID string
				}
			}
		}](s.door, a, err)
		if err == nil && string(trimmed(a.body)) != "{}" && !knows(trimmed(a.body), "alerts", "nextPageToken") {
			err = s.garbled(a) // without alerts it is an empty document
		}
		if err != nil {
			return Held{}, err
		}
		for _, alert := range v.Alerts {
			ends := moment(alert.Data.ExpirationTime)
			if strings.HasSuffix(alert.Data.Type, ".ApnsCertificateExpirationInfo") && !alert.Deleted && ends.After(last.NotAfter) {
				last = Held{Topic: alert.Data.UID, NotAfter: ends, Account: alert.Data.AppleID, Alert: s.cleaned(alert.Type)}
			}
		}
	}
	return last, nil
}
