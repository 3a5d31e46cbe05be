package server

import "context"

// zentral is Zentral, whose API only tells. A renewal is handed over on its pages.
type zentral struct {
	basis
	topic string
}

type zentralRow struct {
	Topic, Certificate string
	NotAfter           string `json:"not_after"`
}

func openZentral(d *door, a Access) Server {
	d.header("Authorization", "Token "+a.Credentials[token])
	return zentral{basis{d}, a.Topic}
}

func (s zentral) Read(ctx context.Context) (Held, error) {
	a, err := s.get(ctx, "api/mdm/push_certificates/", nil)
	rows, err := list[zentralRow](s.door, a, err, "topic", "not_after")
	if err != nil {
		return Held{}, err
	}
	row, found, err := one(s.door, rows, s.topic, func(r zentralRow) string { return r.Topic })
	if err != nil {
		return Held{}, err
	}
	h, _ := describe(row.Certificate)
	h.fill(row.Topic, "", moment(row.NotAfter))
	h.Missing = !found || h.Topic == "" && h.NotAfter.IsZero()
	return h, nil
}
