package devices

import (
	"bytes"
	"errors"
	"io"
)

// table reads CSV (RFC 4180, and with semicolons or tabs as spreadsheets write it) whose
// header names the columns.
type table struct {
	*Reader
	comma   byte
	columns []column // of each cell, up to the last that counts
	scratch [columns][]byte
	record  []byte
}

// newTable looks whether a line is a header, and returns nil if it is not.
func newTable(r *Reader, header []byte) *table {
	for _, comma := range []byte(",;\t") {
		t := &table{Reader: r, comma: comma}
		var has [columns]bool
		for i, name := range bytes.Split(header, []byte{comma}) {
			c := columnOf(name)
			if c == other || has[c] {
				continue
			}
			has[c] = true
			t.columns = append(t.columns, make([]column, i+1-len(t.columns))...)
			t.columns[i] = c
		}
		if has[tokenColumn] || r.topics && (has[topicColumn] || has[udidColumn] || has[enrollmentColumn] || has[serialColumn]) {
			return t
		}
	}
	return nil
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
	var v values
	for i, left := 0, record; left != nil && i < len(t.columns); i++ {
		var cell []byte
		cell, left = t.cell(left)
		if c := t.columns[i]; c != other {
			v[c] = t.value(c, cell)
		}
	}
	t.Reader.fill(row, &v)
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
func (t *table) value(which column, cell []byte) []byte {
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
