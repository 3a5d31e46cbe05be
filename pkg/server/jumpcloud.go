package server

import (
	"context"
	"net/http"
	"net/url"
)

// jumpCloud is JumpCloud. Whether it wants PEM or base64 is not documented: it is given PEM.
type jumpCloud struct {
	basis
	topic string
}

// jumpCloudMDM is an Apple MDM of JumpCloud.
type jumpCloudMDM struct {
	ID                      string
	ApnsCertExpiry          string
	ApnsPushTopic           string
	AppleCertCreatorAppleID string
	AppleCertSerialNumber   string
}

func openJumpCloud(d *door, a Access) Server {
	d.authorize = func(r *http.Request) (answer, error) {
		r.Header.Set("X-Api-Key", a.Credentials[token])
		if id := a.Credentials[organization]; id != "" { // of a provider, who has several
			r.Header.Set("X-Org-Id", id)
		}
		return answer{}, nil
	}
	return jumpCloud{basis{d}, a.Topic}
}

func (s jumpCloud) mdm(ctx context.Context) (jumpCloudMDM, bool, error) {
	a, err := s.get(ctx, "applemdms", nil)
	rows, err := list[jumpCloudMDM](s.door, a, err, "id")
	if err != nil {
		return jumpCloudMDM{}, false, err
	}
	return one(s.door, rows, s.topic, func(m jumpCloudMDM) string { return m.ApnsPushTopic })
}

// path is that of the MDM. One that is not there cannot be made here.
func (s jumpCloud) path(ctx context.Context) (string, error) {
	m, found, err := s.mdm(ctx)
	if err == nil && (!found || m.ID == "") {
		err = s.missing()
	}
	return "applemdms/" + url.PathEscape(m.ID), err
}

func (s jumpCloud) Read(ctx context.Context) (Held, error) {
	m, found, err := s.mdm(ctx)
	if err == nil && !found { // another organization, or one without an MDM
		err = s.missing()
	}
	if err != nil {
		return Held{}, err
	}
	h := Held{
		Topic: m.ApnsPushTopic, SerialHex: serial(m.AppleCertSerialNumber, false),
		NotAfter: moment(m.ApnsCertExpiry), Account: m.AppleCertCreatorAppleID,
	}
	h.Missing = h.Topic == "" && h.NotAfter.IsZero()
	return h, nil
}

func (s jumpCloud) Request(ctx context.Context) ([]byte, error) {
	path, err := s.path(ctx)
	if err != nil {
		return nil, err
	}
	return s.portalFile(ctx, path+"/csr")
}

func (s jumpCloud) Upload(ctx context.Context, d Delivery) error {
	path, err := s.path(ctx)
	if err != nil {
		return err
	}
	_, err = s.sendJSON(ctx, http.MethodPut, path, map[string]string{"appleSignedCert": string(d.Certificate)})
	return err
}
