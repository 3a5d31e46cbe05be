package devices

import (
	"strings"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
)

// column is what a cell of a table is for.
type column int

// The columns that count. Others are passed over.
const (
	other column = iota
	tokenColumn
	magicColumn
	topicColumn
	udidColumn
	enrollmentColumn // Apple's EnrollmentID, of a User Enrollment
	idColumn         // NanoMDM's own name of an enrollment
	deviceColumn     // NanoMDM's name of the device behind a user channel
	userColumn
	serialColumn
	enabledColumn
	columns // how many there are
)

// columnOf tells a column by its header, as NanoMDM's tables, MicroMDM and spreadsheets
// write it: case, quotes, blanks, underscores and hyphens do not matter.
func columnOf(header []byte) column {
	switch strings.ToLower(strings.NewReplacer(`"`, "", " ", "", "_", "", "-", "").Replace(string(decode.Plainer(header)))) {
	case "token", "tokenhex", "pushtoken", "devicetoken":
		return tokenColumn
	case "pushmagic", "magic":
		return magicColumn
	case "topic", "mdmtopic", "pushtopic", "apnstopic":
		return topicColumn
	case "udid", "deviceudid":
		return udidColumn
	case "enrollmentid":
		return enrollmentColumn
	case "id":
		return idColumn
	case "deviceid":
		return deviceColumn
	case "userid", "enrollmentuserid":
		return userColumn
	case "serialnumber", "serial":
		return serialColumn
	case "enabled", "enrollmentstatus":
		return enabledColumn
	}
	return other
}

// values are the cells of one record that count, in any form of input. They are valid
// until the next record.
type values [columns][]byte

// fill puts a record into a row.
func (r *Reader) fill(row *Row, v *values) {
	row.Topic = append(row.Topic, stated(v[topicColumn])...)
	row.ID = v.appendID(row.ID)
	row.Left = isNo(v[enabledColumn])
	if len(v[tokenColumn]) == 0 {
		r.spoil(row, NoToken, nil)
		return
	}
	var fault Fault
	if row.Token, fault = r.tell.append(row.Token, v[tokenColumn]); fault != "" {
		r.spoil(row, fault, v[tokenColumn])
		return
	}
	row.Magic = append(row.Magic, v[magicColumn]...)
}

// spoil notes what is wrong with a token, unless a row without one will do.
func (r *Reader) spoil(row *Row, fault Fault, shown []byte) {
	if r.topics && row.placed() {
		row.Token = row.Token[:0]
		return
	}
	row.spoil(fault, shown)
}

// appendID appends who the record is about. What Apple calls the device comes first, for
// all servers know that; the user of a channel of its own is joined to it as NanoMDM does.
func (v *values) appendID(dst []byte) []byte {
	for _, c := range [...]column{udidColumn, enrollmentColumn, idColumn, deviceColumn, serialColumn} {
		id := stated(v[c])
		if len(id) == 0 {
			continue
		}
		dst = append(dst, id...)
		if user := stated(v[userColumn]); len(user) > 0 && (c == udidColumn || c == enrollmentColumn) {
			dst = append(append(dst, ':'), user...)
		}
		return dst
	}
	return dst
}

// stated is a cell's value; nothing where an export says that there is none, in the words
// of databases or of the consoles.
func stated(cell []byte) []byte {
	switch string(cell) {
	case "NULL", "null", `\N`, "(Unknown)":
		return nil
	}
	return cell
}

// isNo tells whether a cell says no, as databases and JSON write it.
func isNo(cell []byte) bool {
	switch string(cell) {
	case "0", "f", "false", "F", "FALSE", "False", "no":
		return true
	}
	return false
}
