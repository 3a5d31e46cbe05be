package server

import (
	"context"
	"net/url"
)

// meraki is Meraki Systems Manager, whose API hands out the certificate and takes none.
type meraki struct {
	basis
	organization string
}

func openMeraki(d *door, a Access) Server {
	d.bearer(a.Credentials[token])
	d.none = sayingNone(notFound(), "apns", "certificate") // and not of another organization
	return meraki{basis{d}, a.Credentials[organization]}
}

func (s meraki) Read(ctx context.Context) (Held, error) {
	id, err := s.id(ctx)
	if err != nil {
		return Held{}, err
	}
	a, err := s.get(ctx, "organizations/"+url.PathEscape(id)+"/sm/apnsCert", nil)
	if s.isNone(a) {
		return Held{Missing: true}, nil
	}
	v, err := read[struct{ Certificate string }](s.door, a, err, "certificate")
	return s.shown(a, v.Certificate, err)
}

// id is the organization that was named, or the only one that there is.
func (s meraki) id(ctx context.Context) (string, error) {
	if s.organization != "" {
		return s.organization, nil
	}
	a, err := s.get(ctx, "organizations", nil)
	rows, err := list[struct{ ID any }](s.door, a, err, "id")
	if err != nil {
		return "", err
	}
	row, found, err := one(s.door, rows, "", func(struct{ ID any }) string { return "" })
	if err == nil && !found {
		err = s.missing()
	}
	return text(row.ID), err
}
