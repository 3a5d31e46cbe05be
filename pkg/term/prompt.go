package term

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/internal/wait"
)

// Device is an open terminal: where questions are asked and answered, whatever the
// standard streams are connected to.
type Device interface {
	io.ReadWriteCloser
	// ReadSecret reads one line without echo.
	ReadSecret() ([]byte, error)
	// MakeRaw hands over each key as it is pressed, without echo.
	MakeRaw() error
	// Restore undoes what MakeRaw, or a ReadSecret that is still waiting, has done.
	Restore() error
	// Flush forgets what was typed and not read yet, where the system can.
	Flush() error
}

// CanAsk tells whether a person can be asked.
func (s *Streams) CanAsk() bool { return s.Device != nil }

// Ask prints a question on the terminal and returns the answer without the white
// space around it. The caller checks CanAsk first. An interrupt, or the end of input
// in place of an answer, is [context.Canceled].
func (s *Streams) Ask(question string) (string, error) {
	line, err := s.ask(question, func(d Device) ([]byte, error) {
		return bufio.NewReader(d).ReadBytes('\n')
	})
	return strings.TrimSpace(string(line)), err
}

// AskSecret is Ask without echo. The answer is returned as typed.
func (s *Streams) AskSecret(question string) ([]byte, error) {
	return s.ask(question, func(d Device) ([]byte, error) {
		defer fmt.Fprintln(d) // the answer's own line end was not echoed
		return d.ReadSecret()
	})
}

// roomToAnswer is how many columns an answer gets behind its question: as many as a topic needs
// stand below it.
const roomToAnswer = 24

// Forget drops what was typed while nothing was asked, so that it answers no question.
func (s *Streams) Forget() error {
	if !s.CanAsk() {
		return nil
	}
	d, err := s.Device()
	if err != nil {
		return err
	}
	return errors.Join(d.Flush(), d.Close())
}

// laidOut is a question within the width of text. One that leaves no room beside it is answered on a
// line of its own.
func (s *Streams) laidOut(question string) string {
	text := Wrap(question, s.Columns)
	if last := text[strings.LastIndex(text, "\n")+1:]; Width(last) > s.Columns-roomToAnswer {
		return text + "\n> "
	}
	return text + question[len(strings.TrimRight(question, " ")):]
}

func (s *Streams) ask(question string, read func(Device) ([]byte, error)) (answer []byte, err error) {
	s.asking.Lock() // files that are read at once ask one after the other
	defer s.asking.Unlock()
	d, err := s.Device()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if _, err := fmt.Fprint(d, s.laidOut(question)); err != nil {
		return nil, err
	}
	text, err := wait.For(s.Done, func() ([]byte, error) { return read(d) })
	switch {
	case errors.Is(err, context.Canceled): // the reader is left waiting: nothing can call it back, and the process ends
		fmt.Fprintln(d)
		return nil, errors.Join(err, d.Restore())
	case errors.Is(err, io.EOF) && len(text) == 0:
		return nil, context.Canceled
	case errors.Is(err, io.EOF):
		return text, nil
	}
	return text, err
}
