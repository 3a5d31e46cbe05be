package devices

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// table reads CSV (RFC 4180, and with semicolons or tabs as spreadsheets write it) whose
// header names the columns.
type table struct {
	*Reader
	comma        byte
	token, magic int // columns; magic is -1 without one
	scratch      [2][]byte
	record       []byte
}

// newTable looks whether a line is a header, and returns nil if it is not.
func newTable(r *Reader, header []byte) *table {
	for _, comma := range []byte(",;\t") {
		t := &table{Reader: r, comma: comma, token: -1, magic: -1}
		for i, name := range bytes.Split(header, []byte{comma}) {
			switch columnName(name) {
			case "token", "tokenhex", "pushtoken", "devicetoken":
				if t.token < 0 {
					t.token = i
				}
			case "pushmagic", "magic":
				t.magic = i
			}
		}
		if t.token >= 0 {
			return t
		}
	}
	return nil
}

// columnName is a header's cell without case, quotes, blanks, underscores and hyphens.
func columnName(cell []byte) string {
	return strings.ToLower(strings.NewReplacer(`"`, "", " ", "", "_", "", "-", "").Replace(string(cell)))
}

func (t *table) next(row *Row) error {
	for {
		line, long, err := t.lines.next()
		switch {
		case err != nil:
			return err
		case long:
			return t.tooLong(row)
		}
		if len(trimBlanks(line)) == 0 {
			continue
		}
		row.Line = t.lines.number
		if bytes.IndexByte(line, '"') >= 0 {
			line, long, err = t.closed(line)
			switch {
			case err != nil:
				return err
			case long:
				row.spoil(OpenQuote, nil)
				return nil
			}
		}
		t.fill(row, line)
		return nil
	}
}

// closed completes a record whose quoted cells go on over further lines. Open tells
// that a quote is never closed within what a line may have.
func (t *table) closed(line []byte) (record []byte, open bool, err error) {
	if bytes.Count(line, []byte{'"'})%2 == 0 {
		return line, false, nil
	}
	t.record = append(t.record[:0], line...)
	for bytes.Count(t.record, []byte{'"'})%2 != 0 {
		line, long, err := t.lines.next()
		switch {
		case errors.Is(err, io.EOF), long, len(t.record)+len(line) >= maxLine:
			return nil, true, nil
		case err != nil:
			return nil, false, err
		}
		t.record = append(append(t.record, '\n'), line...)
	}
	return t.record, false, nil
}

// fill takes the cells that count from a record.
func (t *table) fill(row *Row, record []byte) {
	var token, magic []byte
	for i, left := 0, record; left != nil && i <= max(t.token, t.magic); i++ {
		var cell []byte
		cell, left = t.cell(left)
		switch i {
		case t.token:
			token = t.value(0, cell)
		case t.magic:
			magic = t.value(1, cell)
		}
	}
	if len(token) == 0 {
		row.spoil(NoToken, nil)
		return
	}
	var fault Fault
	if row.Token, fault = t.tell.append(row.Token, token); fault != "" {
		row.spoil(fault, token)
		return
	}
	row.Magic = append(row.Magic, magic...)
}

// cell cuts the first cell off; left is nil after the last one.
func (t *table) cell(record []byte) (cell, left []byte) {
	quoted := len(record) > 0 && record[0] == '"'
	if !quoted {
		if i := bytes.IndexByte(record, t.comma); i >= 0 {
			return record[:i], record[i+1:]
		}
		return record, nil
	}
	for i, c := range record {
		switch {
		case c == '"' && i > 0:
			quoted = !quoted
		case c == t.comma && !quoted:
			return record[:i], record[i+1:]
		}
	}
	return record, nil
}

// value is what a cell holds: without its quotes, doubled ones made single.
func (t *table) value(which int, cell []byte) []byte {
	if len(cell) < 2 || cell[0] != '"' {
		return trimBlanks(cell)
	}
	cell = bytes.TrimSuffix(trimBlanks(cell)[1:], []byte{'"'})
	buf := t.scratch[which][:0]
	for i := 0; i < len(cell); i++ {
		buf = append(buf, cell[i])
		if cell[i] == '"' {
			i++
		}
	}
	t.scratch[which] = buf
	return trimBlanks(buf)
}
