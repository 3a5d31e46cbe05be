package term

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Choose lets a person choose one of several, with the arrow keys or its number, and Enter, and returns its
// index. Each option fits a line. A plain terminal is asked for the number instead, which a screen
// reader reads from top to bottom; nothing that makes sense is -1. An interrupt is
// [context.Canceled].
func (s *Streams) Choose(question string, options []string, keys string) (int, error) {
	lines := make([]string, len(options))
	for i, option := range options {
		lines[i] = strconv.Itoa(i+1) + ". " + option
	}
	if s.Plain {
		answer, err := s.Ask(question + "\n  " + strings.Join(lines, "\n  ") + "\n> ")
		if n, wrong := strconv.Atoi(answer); wrong == nil && n >= 1 && n <= len(options) {
			return n - 1, err
		}
		return -1, err
	}
	answer, err := s.ask(question+"\n", func(d Device) ([]byte, error) {
		at, err := choose(d, lines, keys)
		if err != nil {
			return nil, err
		}
		return []byte(strconv.Itoa(at)), nil
	})
	if err != nil {
		return -1, err
	}
	return strconv.Atoi(string(answer))
}

// choose moves a mark along lines until Enter chooses one. The keys are read one by one, so that what is
// typed ahead stays for the next question.
func choose(d Device, lines []string, keys string) (at int, err error) {
	if err := d.MakeRaw(); err != nil {
		return -1, err
	}
	defer func() { err = errors.Join(err, d.Restore()) }()
	for up := ""; ; up = fmt.Sprintf("\r\x1b[%dA", len(lines)) {
		if _, err := fmt.Fprint(d, up+marked(lines, at)+keys); err != nil {
			return at, err
		}
		switch key, err := readKey(d); {
		case err != nil:
			return at, err
		case key == keyUp:
			at = (at + len(lines) - 1) % len(lines)
		case key == keyDown:
			at = (at + 1) % len(lines)
		case key >= '1' && int(key-'1') < len(lines):
			at = int(key - '1') // who types Enter after it does not answer the next question with that
		case key == '\r', key == '\n':
			_, err := fmt.Fprint(d, "\r\n")
			return at, err
		case key == keyInterrupt, key == keyEnd:
			_, err := fmt.Fprint(d, "\r\n")
			return at, errors.Join(context.Canceled, err)
		}
	}
}

// marked are the lines on a screen, with the mark at one of them.
func marked(lines []string, at int) string {
	var screen strings.Builder
	for i, line := range lines {
		mark := "  "
		if i == at {
			mark = "> "
		}
		screen.WriteString("\x1b[2K" + mark + line + "\r\n")
	}
	return screen.String()
}

// What keys send. Arrows send three bytes (ECMA-48, CUU and CUD), of which the last counts here.
const (
	keyInterrupt = 0x03
	keyEnd       = 0x04
	keyEscape    = 0x1b
	keyUp        = 0x80
	keyDown      = 0x81
)

func readKey(d Device) (byte, error) {
	var key [1]byte
	if _, err := d.Read(key[:]); err != nil || key[0] != keyEscape {
		return key[0], err
	}
	final, pressed, err := sequence(d)
	switch final {
	case 'A':
		return keyUp, err
	case 'B':
		return keyDown, err
	}
	return pressed, err
}
