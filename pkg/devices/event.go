package devices

import (
	"encoding/base64"

	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// updateEvent is the event's name for a TokenUpdate, in MicroMDM's webhook and in
// NanoMDM's, which has the same form. It stands under "topic" and is no push topic.
const updateEvent = "mdm.TokenUpdate"

// checkinEvent is what such an event carries of a check-in.
type checkinEvent struct {
	Payload loose `json:"raw_payload"` // the device's property list in base64
}

// isEvent tells an event of a webhook from a device.
func (e *entry) isEvent() bool { return e.Checkin != nil || e.Acknowledge != nil }

// event puts the TokenUpdate of an event into a row. Other events say nothing of how a
// device is woken: ok is false, and there is no row.
func (r *Reader) event(row *Row, e *entry) (ok bool) {
	if e.Checkin == nil || e.Topic != updateEvent {
		return false
	}
	data, err := base64.StdEncoding.DecodeString(string(e.Checkin.Payload))
	if err != nil {
		row.spoil(BrokenEvent, nil)
		return true
	}
	file, err := pushcert.Read(r.name, data, nil)
	if err != nil || file.Token == nil {
		row.spoil(BrokenEvent, nil)
		return true
	}
	r.checkIn(row, file)
	return true
}
