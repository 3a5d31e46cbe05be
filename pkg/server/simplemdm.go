package server

import (
	"context"
	"net/http"
)

// simpleMDM is SimpleMDM. Its manual shows no topic; a client reads a subject, which may not be there.
type simpleMDM struct{ basis }

func openSimpleMDM(d *door, a Access) Server {
	d.basic(a.Credentials[token], "")
	d.none = sayingNone(notFound(), "object not found") // as it says of every resource that is not there
	return simpleMDM{basis{d}}
}

func (s simpleMDM) Read(ctx context.Context) (Held, error) {
	a, err := s.get(ctx, "push_certificate", nil)
	if s.isNone(a) {
		return Held{Missing: true}, nil
	}
	v, err := read[struct {
		Data struct {
			Attributes *struct {
				Account string `json:"apple_id"`
				Expires string `json:"expires_at"`
				Subject string
			}
		}
	}](s.door, a, err)
	if err != nil {
		return Held{}, err
	}
	told := v.Data.Attributes
	if told == nil {
		return Held{}, s.garbled(a)
	}
	h := Held{Topic: topicIn(told.Subject), NotAfter: moment(told.Expires), Account: told.Account}
	h.Missing = h.NotAfter.IsZero() && h.Topic == ""
	return h, nil
}

func (s simpleMDM) Request(ctx context.Context) ([]byte, error) {
	return s.portalFile(ctx, "push_certificate/scsr")
}

// Upload puts the certificate where two clients do; the manual's own example names another path.
func (s simpleMDM) Upload(ctx context.Context, d Delivery) error {
	_, err := s.sendFile(ctx, http.MethodPut, "push_certificate", "file", d.Certificate, map[string]string{"apple_id": d.Account})
	return err
}
