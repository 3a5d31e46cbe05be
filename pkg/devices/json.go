package devices

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// record reads JSON lines: one object a line.
func (r *Reader) record(row *Row) error {
	for {
		line, long, err := r.lines.next()
		switch {
		case err != nil:
			return err
		case long:
			return r.tooLong(row)
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		row.Line = r.lines.number
		var e entry
		if json.Unmarshal(line, &e) != nil {
			row.spoil(NotJSON, nil)
			return nil
		}
		if r.entry(row, &e) {
			return nil
		}
	}
}

// document reads JSON that is not a line a device: a list of devices or of tokens, an
// object that has such lists (as servers export them), or an object over many lines. It
// holds one element at a time.
type document struct {
	*Reader
	meter   meter
	decoder *json.Decoder
	count   int64
	list    bool // within a list of devices
	object  bool // within the object around
	lists   bool // the object around has lists
	own     map[string]any
}

func newDocument(r *Reader) *document {
	d := &document{Reader: r, meter: meter{in: r.lines.in, left: maxElement}}
	d.decoder = json.NewDecoder(&d.meter)
	return d
}

func (d *document) next(row *Row) error {
	for {
		var done bool
		var err error
		d.meter.left = maxElement
		switch {
		case d.list:
			done, err = d.element(row)
		case d.object:
			done, err = d.member(row)
		default:
			err = d.open()
		}
		switch {
		case err == nil && done:
			return nil
		case errors.Is(err, io.EOF) && !d.list && !d.object:
			return io.EOF
		case errors.Is(err, errElement):
			return problem.Say(problem.InputTooLarge, "tokens", problem.Params{"file": d.name})
		case err != nil:
			return problem.Say(problem.FileDamaged, "tokens", problem.Params{"file": d.name})
		}
	}
}

var errNotDevices = errors.New("devices: not a list of devices")

// open begins the next value at the top.
func (d *document) open() error {
	token, err := d.decoder.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('['):
		d.list = true
	case json.Delim('{'):
		d.object, d.lists, d.own = true, false, map[string]any{}
	default:
		return errNotDevices
	}
	return nil
}

// element reads the next element of a list: an object, or a token by itself.
func (d *document) element(row *Row) (done bool, err error) {
	if !d.decoder.More() {
		_, err := d.decoder.Token()
		d.list = false
		return false, err
	}
	var raw json.RawMessage
	if err := d.decoder.Decode(&raw); err != nil {
		return false, err
	}
	d.count++
	row.Line = d.count
	var e entry
	target := any(&e)
	if raw[0] == '"' {
		target = &e.Token
	}
	if json.Unmarshal(raw, target) != nil {
		row.spoil(NotJSON, nil)
		return true, nil
	}
	return d.entry(row, &e), nil
}

// member reads the next member of the object around: a list to go into, or a value that
// may belong to a lone device or event.
func (d *document) member(row *Row) (done bool, err error) {
	if !d.decoder.More() {
		d.object = false
		if _, err := d.decoder.Token(); err != nil {
			return false, err
		}
		return d.lone(row)
	}
	key, err := d.decoder.Token()
	if err != nil {
		return false, err
	}
	name, _ := key.(string)
	if isEventKey(name) {
		var event json.RawMessage
		err := d.decoder.Decode(&event)
		d.own[name] = event
		return false, err
	}
	value, err := d.decoder.Token()
	if err != nil {
		return false, err
	}
	switch value := value.(type) {
	case json.Delim:
		if value == '[' {
			d.list, d.lists = true, true
			return false, nil
		}
		return false, d.skip()
	default:
		d.own[name] = value
	}
	return false, nil
}

// isEventKey tells the members of a webhook's event that are objects.
func isEventKey(name string) bool { return name == "checkin_event" || name == "acknowledge_event" }

// lone gives the device that the object around was itself, if it was one.
func (d *document) lone(row *Row) (done bool, err error) {
	text, err := json.Marshal(d.own)
	if err != nil {
		return false, err
	}
	var e entry
	wanted := func() bool { return e.token() != "" || e.isEvent() || d.topics && !d.lists && e.isDevice() }
	if err := json.Unmarshal(text, &e); err != nil || !wanted() {
		return false, nil //nolint:nilerr // an object of another form is no device
	}
	d.count++
	row.Line = d.count
	return d.entry(row, &e), nil
}

// skip passes over an object that was just opened.
func (d *document) skip() error {
	for depth := 1; depth > 0; {
		token, err := d.decoder.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// maxElement bounds what is read for one element of a document.
const maxElement = 1 << 20

var errElement = errors.New("devices: an element is too long")

// meter refuses to read on when one element takes too much.
type meter struct {
	in   io.Reader
	left int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errElement
	}
	n, err := m.in.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}
