package devices

import (
	"cmp"
	"encoding/json"
	"strings"
)

// entry is a device in JSON, or an event about one. Names match without regard to case,
// so these stand for Token, PushMagic and pushMagic too.
type entry struct {
	Token       string `json:"token"`
	TokenHex    string `json:"token_hex"`
	TokenHexOne string `json:"tokenhex"`
	DeviceToken string `json:"device_token"`
	PushToken   string `json:"push_token"`
	PushMagic   string `json:"push_magic"`
	Magic       string `json:"pushmagic"`

	Topic        loose `json:"topic"`
	MDMTopic     loose `json:"mdm_topic"`
	MDMTopicOne  loose `json:"mdmtopic"`
	PushTopic    loose `json:"push_topic"`
	PushTopicOne loose `json:"pushtopic"`

	UDID             loose `json:"udid"`
	EnrollmentID     loose `json:"enrollment_id"`
	EnrollmentIDOne  loose `json:"enrollmentid"`
	ID               loose `json:"id"`
	DeviceID         loose `json:"device_id"`
	UserID           loose `json:"user_id"`
	UserIDOne        loose `json:"userid"`
	EnrollmentUserID loose `json:"enrollmentuserid"`
	SerialNumber     loose `json:"serial_number"`
	SerialNumberOne  loose `json:"serialnumber"`
	Serial           loose `json:"serial"`
	Enabled          loose `json:"enabled"`
	EnrollmentStatus loose `json:"enrollment_status"`

	Checkin     *checkinEvent    `json:"checkin_event"`
	Acknowledge *json.RawMessage `json:"acknowledge_event"`
}

// loose is a value of which only the text matters: of a string, number or boolean.
type loose string

// UnmarshalJSON implements [json.Unmarshaler]; it takes everything.
func (l *loose) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		return json.Unmarshal(data, (*string)(l))
	case '{', '[', 'n':
		*l = ""
	default:
		*l = loose(data)
	}
	return nil
}

func (e *entry) token() string {
	return strings.TrimSpace(cmp.Or(e.TokenHex, e.TokenHexOne, e.Token, e.DeviceToken, e.PushToken))
}

func (e *entry) topic() loose {
	return cmp.Or(e.MDMTopic, e.MDMTopicOne, e.PushTopic, e.PushTopicOne, e.Topic)
}

// isDevice tells a device or an event from an object around something else, which may
// have an id and a topic of its own.
func (e *entry) isDevice() bool {
	return e.isEvent() || e.token() != "" || cmp.Or(e.UDID, e.EnrollmentID, e.EnrollmentIDOne, e.SerialNumber, e.SerialNumberOne, e.Serial) != ""
}

// isWhole tells a device that an object says all of from one around a list of devices.
func (e *entry) isWhole() bool {
	return e.isEvent() || e.token() != "" || e.isDevice() && e.topic() != ""
}

func (e *entry) values() *values {
	cell := func(texts ...loose) []byte { return []byte(strings.TrimSpace(string(cmp.Or(texts...)))) }
	return &values{
		tokenColumn: []byte(e.token()), magicColumn: []byte(cmp.Or(e.PushMagic, e.Magic)), topicColumn: cell(e.topic()),
		udidColumn: cell(e.UDID), enrollmentColumn: cell(e.EnrollmentID, e.EnrollmentIDOne), idColumn: cell(e.ID),
		deviceColumn: cell(e.DeviceID), userColumn: cell(e.UserID, e.UserIDOne, e.EnrollmentUserID),
		serialColumn: cell(e.SerialNumber, e.SerialNumberOne, e.Serial), enabledColumn: cell(e.Enabled, e.EnrollmentStatus),
	}
}

// entry puts an entry into a row; not ok is an event that is no row.
func (r *Reader) entry(row *Row, e *entry) (ok bool) {
	switch {
	case e.isEvent():
		return r.event(row, e)
	case !e.isDevice() && e.topic() == "": // an id alone is anything's
		row.spoil(NoToken, nil)
	default:
		r.fill(row, e.values())
	}
	return true
}
