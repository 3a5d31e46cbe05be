package simulator

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/apns"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/mdmcert"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/portal"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/records"
)

// deviceKind is the kind of the records of devices.
const deviceKind = "devices"

// listedDevice is a device with its token, as the list shows it and the folder keeps it.
type listedDevice struct {
	Token string `json:"token"`
	apns.Device
}

// control is what tests set up and look at on the APNs side, and what stands in for
// mdmcert.download, by pattern.
func (s *Simulator) control(now func() time.Time) map[string]portal.HandlerFunc {
	patterns := map[string]portal.HandlerFunc{
		"PUT /devices/{token}": s.putDevice,
		"GET /devices":         s.listDevices,
		"GET /pushes":          s.listPushes,
		"PUT /faults":          s.putFaults,
	}
	for pattern, h := range mdmcert.New(s.portal.CA, now).Handlers() {
		patterns[pattern] = h
	}
	return patterns
}

func (s *Simulator) putDevice(w http.ResponseWriter, r *http.Request) error {
	d := listedDevice{Token: strings.ToLower(r.PathValue("token"))}
	if err := readStrictly(r.Body, &d.Device); err != nil {
		return err
	}
	d.State = cmp.Or(d.State, "active")
	if err := s.apns.SetDevice(d.Token, d.Device); err != nil {
		return portal.BadRequest("%v", err)
	}
	// A token can be longer than a file name may be.
	name := fmt.Sprintf("%x", sha256.Sum256([]byte(d.Token)))
	if err := s.kept.Put(deviceKind, name, d); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// restoreDevices registers what an earlier run has kept.
func (s *Simulator) restoreDevices() error {
	kept, err := records.All[listedDevice](s.kept, deviceKind)
	if err != nil {
		return err
	}
	for name, d := range kept {
		if err := s.apns.SetDevice(d.Token, d.Device); err != nil {
			return fmt.Errorf("%s/%s: %w", deviceKind, name, err)
		}
	}
	return nil
}

func (s *Simulator) listDevices(w http.ResponseWriter, _ *http.Request) error {
	known := s.apns.Devices()
	listed := make([]listedDevice, 0, len(known))
	for _, token := range slices.Sorted(maps.Keys(known)) {
		listed = append(listed, listedDevice{token, known[token]})
	}
	portal.AnswerJSON(w, http.StatusOK, map[string]any{"devices": listed})
	return nil
}

func (s *Simulator) listPushes(w http.ResponseWriter, _ *http.Request) error {
	accepted := s.apns.Pushes()
	if accepted == nil {
		accepted = []apns.Push{}
	}
	portal.AnswerJSON(w, http.StatusOK, map[string]any{"pushes": accepted})
	return nil
}

func (s *Simulator) putFaults(w http.ResponseWriter, r *http.Request) error {
	var f apns.Faults
	if err := readStrictly(r.Body, &f); err != nil {
		return err
	}
	if err := s.apns.SetFaults(f); err != nil {
		return portal.BadRequest("%v", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// readStrictly reads one JSON value. A misspelt field is refused: a test that asked for a
// fault and did not get it would pass for the wrong reason.
func readStrictly(body io.Reader, into any) error {
	data, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return portal.BadRequest("the body is not the JSON that was expected: %v", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return portal.BadRequest("the body has more than one JSON value")
	}
	return nil
}
