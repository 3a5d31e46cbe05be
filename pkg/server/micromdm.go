package server

import (
	"cmp"
	"context"
	"net/http"
	"strings"
)

// microMDM is MicroMDM, whose documents hold PEM as bytes.
type microMDM struct{ basis }

const microMDMPath = "v1/config/certificate"

// openMicroMDM knows what its storage says, behind the name of the call, of a server without a
// certificate: with 404 or 500, for only some of its errors have a status of their own.
func openMicroMDM(d *door, a Access) Server {
	is := sayingNone([]int{http.StatusNotFound, http.StatusInternalServerError}, "not found", "no rows", "no config found")
	d.none = func(a answer) bool { return is(a) && strings.Contains(string(a.body), "get push certificate") }
	d.basic(cmp.Or(a.Credentials[user], "micromdm"), a.Credentials[token])
	return microMDM{basis{d}}
}

func (s microMDM) Read(ctx context.Context) (Held, error) {
	a, err := s.get(ctx, microMDMPath, nil)
	if s.isNone(a) {
		return Held{Missing: true}, nil
	}
	v, err := read[struct{ Cert, Certificate string }](s.door, a, err, "cert", "certificate")
	return s.shown(a, cmp.Or(v.Cert, v.Certificate), err)
}

// shown is what a server tells that hands out the certificate and nothing else.
func (d *door) shown(a answer, text string, err error) (Held, error) {
	if err != nil || text == "" {
		return Held{Missing: err == nil}, err
	}
	h, ok := describe(text)
	if !ok {
		return Held{}, d.garbled(a)
	}
	return h, nil
}

func (s microMDM) Upload(ctx context.Context, d Delivery) error {
	a, err := s.sendJSON(ctx, http.MethodPut, microMDMPath, map[string][]byte{"cert": d.Certificate, "key": d.Key})
	if err != nil {
		return err
	}
	if words := s.words(a.body); words != "" && words != "{}" { // an error with the status of a success
		return s.decide(answer{status: http.StatusUnprocessableEntity, body: a.body})
	}
	return nil
}
