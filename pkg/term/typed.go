package term

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// AskChecked is [Streams.Ask] that says below the line, while it is typed, what hint makes of it: a short
// text, or nothing. A plain terminal is asked as ever.
func (s *Streams) AskChecked(question string, hint func(typed string) string) (string, error) {
	if s.Plain || s.Screen > 0 && s.Screen < s.Columns { // where the question's own lines are broken
		return s.Ask(question)
	}
	line, err := s.ask(question, func(d Device) ([]byte, error) {
		shown := s.laidOut(question)
		column := Width(shown[strings.LastIndex(shown, "\n")+1:])
		e := editor{Device: d, column: column, room: s.Columns - column - 1, hint: hint}
		return e.read()
	})
	return strings.TrimSpace(string(line)), err
}

// editor is a line that is typed at a terminal of which each key is read.
type editor struct {
	Device
	column, room int // where the line begins, and how wide it may be
	hint         func(string) string
	line         []rune
	below        string // what stands below the line
}

// read reads the line. The keys are read one by one, so that what is typed ahead stays for the next question.
func (e *editor) read() (line []byte, err error) {
	if err := e.MakeRaw(); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.Restore()) }()
	for {
		key, err := e.character()
		switch {
		case err != nil:
			return []byte(string(e.line)), err
		case key == '\r', key == '\n':
			return []byte(string(e.line)), e.leave()
		case key == keyInterrupt, key == keyEnd && len(e.line) == 0:
			return nil, errors.Join(context.Canceled, e.leave())
		case key == keyBackspace || key == keyDelete:
			e.line = e.line[:max(0, len(e.line)-1)]
		case key == keyClear:
			e.line = nil
		case unicode.IsGraphic(key):
			e.line = append(e.line, key)
		}
		if err := e.draw(); err != nil {
			return nil, err
		}
	}
}

// What more keys send, as terminals have it since the teletype.
const (
	keyBackspace = 0x08
	keyClear     = 0x15 // Ctrl-U
	keyDelete    = 0x7f
)

// character reads one character; an arrow or the like is none.
func (e *editor) character() (rune, error) {
	var bytes [utf8.UTFMax]byte
	for n := range bytes {
		if _, err := e.Read(bytes[n : n+1]); err != nil {
			return 0, err
		}
		if bytes[0] == keyEscape {
			final, pressed, err := sequence(e.Device)
			if err != nil || final != 0 {
				return 0, err
			}
			bytes[0] = pressed
		}
		if utf8.FullRune(bytes[:n+1]) {
			break
		}
	}
	r, _ := utf8.DecodeRune(bytes[:])
	return r, nil
}

// draw writes the line anew, and the hint if it is another one. Of a line that is too long to stand beside
// its question the end is shown.
func (e *editor) draw() error {
	text := string(e.line)
	shown := text
	for Width(shown) > e.room {
		_, size := utf8.DecodeRuneInString(shown)
		shown = shown[size:]
	}
	out := e.back(0) + "\x1b[K" + shown
	hint := ""
	if text != "" {
		hint = e.hint(text)
	}
	if hint != e.below {
		out += "\r\n\x1b[2K" + hint + "\x1b[1A" + e.back(Width(shown))
	}
	e.below = hint
	_, err := fmt.Fprint(e, out)
	return err
}

// back is the way to a column of the line.
func (e *editor) back(column int) string {
	if column += e.column; column > 0 {
		return "\r\x1b[" + strconv.Itoa(column) + "C"
	}
	return "\r"
}

// leave ends the line, and takes away what stands below it.
func (e *editor) leave() error {
	_, err := fmt.Fprint(e, "\r\n\x1b[2K")
	return err
}
