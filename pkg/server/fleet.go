package server

import (
	"context"
	"net/http"
)

// fleet is Fleet. It takes a certificate of any topic, so that the gate before it is all there is.
type fleet struct{ basis }

// openFleet knows the words for a Fleet whose MDM is off: "MDM features aren't turned on in Fleet",
// or "macOS MDM isn't turned on".
func openFleet(d *door, a Access) Server {
	d.bearer(a.Credentials[token])
	d.none = sayingNone([]int{http.StatusBadRequest}, "t turned on") // whatever its apostrophe
	return fleet{basis{d}}
}

func (s fleet) Read(ctx context.Context) (Held, error) {
	a, err := s.get(ctx, "api/v1/fleet/apns", nil)
	if s.isNone(a) {
		return Held{Missing: true}, nil
	}
	v, err := read[struct {
		CommonName   string `json:"common_name"`
		SerialNumber any    `json:"serial_number"`
		RenewDate    string `json:"renew_date"`
	}](s.door, a, err, "common_name", "serial_number", "renew_date")
	if err != nil {
		return Held{}, err
	}
	h := Held{SerialHex: serial(text(v.SerialNumber), true), NotAfter: moment(v.RenewDate), CommonName: v.CommonName}
	h.Missing = h.SerialHex == "" && h.NotAfter.IsZero()
	return h, nil
}

func (s fleet) Request(ctx context.Context) ([]byte, error) {
	return s.portalFile(ctx, "api/v1/fleet/mdm/apple/request_csr")
}

func (s fleet) Upload(ctx context.Context, d Delivery) error {
	_, err := s.sendFile(ctx, http.MethodPost, "api/v1/fleet/mdm/apple/apns_certificate", "certificate", d.Certificate, nil)
	return err
}
