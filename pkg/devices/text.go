package devices

import (
	"bytes"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
)

// text reads the first line of a text and decides whether it is a CSV header.
func (r *Reader) text(row *Row) error {
	for {
		line, long, err := r.lines.next()
		if err != nil {
			return err
		}
		if long {
			r.read, r.plain = r.plainLines, true
			return r.tooLong(row)
		}
		if line = trimBlanks(line); len(line) == 0 {
			continue
		}
		if c := newTable(r, line); c != nil {
			r.read = c.next
			return c.next(row)
		}
		r.read, r.plain = r.plainLines, true
		r.plainLine(row, line)
		return nil
	}
}

// plainLines reads lines with a token, or a token and a PushMagic.
func (r *Reader) plainLines(row *Row) error {
	for {
		line, long, err := r.lines.next()
		switch {
		case err != nil:
			return err
		case long:
			return r.tooLong(row)
		}
		if line = trimBlanks(line); len(line) > 0 {
			r.plainLine(row, line)
			return nil
		}
	}
}

func (r *Reader) tooLong(row *Row) error {
	row.Line = r.lines.number
	row.spoil(LineTooLong, nil)
	return nil
}

// plainLine takes a line apart at blanks, commas, semicolons and tabs.
func (r *Reader) plainLine(row *Row, line []byte) {
	row.Line = r.lines.number
	var n int
	row.Token, n = appendHex(row.Token, line)
	if n < len(line) && !isSeparator(line[n]) || n == 0 || isPrinted(line) {
		if line = trimBlanks(decode.Plainer(line)); len(line) == 0 {
			row.spoil(NoToken, nil)
			return
		}
		n = fieldEnd(line)
		var fault Fault
		if row.Token, fault = r.tell.append(row.Token[:0], unquoted(line[:n])); fault != "" {
			row.spoil(fault, line[:n])
			return
		}
	} else if fault := hexFault(row.Token); fault != "" {
		row.spoil(fault, line[:n])
		return
	}
	rest := trimSeparators(line[n:])
	if len(rest) == 0 {
		return
	}
	if end := fieldEnd(rest); end < len(rest) {
		r.manyFields(row, line)
		return
	}
	row.Magic = append(row.Magic, unquoted(rest)...)
}

// manyFields reads a line with more than two fields: a token written in groups, or
// columns without a header, which nobody can tell apart.
func (r *Reader) manyFields(row *Row, line []byte) {
	const digits = 64
	if row.Token = appendSpaced(row.Token[:0], line); len(row.Token) != digits {
		row.spoil(TooManyFields, nil)
	}
}

// fieldEnd is where the first field of a plain line ends.
func fieldEnd(line []byte) int {
	if isPrinted(line) && line[0] != '<' && line[0] != '{' {
		return len(line)
	}
	for _, pair := range []string{"<>", "{}", `""`} {
		if line[0] != pair[0] {
			continue
		}
		if end := bytes.IndexByte(line[1:], pair[1]); end >= 0 {
			return end + 2
		}
	}
	for i, c := range line {
		if isSeparator(c) {
			return i
		}
	}
	return len(line)
}

func isSeparator(c byte) bool { return isBlank(c) || c == ',' || c == ';' }

func trimSeparators(text []byte) []byte {
	for len(text) > 0 && isSeparator(text[0]) {
		text = text[1:]
	}
	for len(text) > 0 && isSeparator(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}

func unquoted(field []byte) []byte {
	if len(field) >= 2 && field[0] == '"' && field[len(field)-1] == '"' {
		field = field[1 : len(field)-1]
	}
	return trimBlanks(field)
}
