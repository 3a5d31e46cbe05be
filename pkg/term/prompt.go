package term

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Device is an open terminal: where questions are asked and answered, whatever the
// standard streams are connected to.
type Device interface {
	io.ReadWriteCloser
	// ReadSecret reads one line without echo.
	ReadSecret() ([]byte, error)
}

// CanAsk tells whether a person can be asked.
func (s *Streams) CanAsk() bool { return s.Device != nil }

// Ask prints a question on the terminal and returns the answer without the white
// space around it. The caller checks CanAsk first.
func (s *Streams) Ask(question string) (string, error) {
	d, err := s.Device()
	if err != nil {
		return "", err
	}
	defer d.Close()
	if _, err := fmt.Fprint(d, question); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(d).ReadString('\n')
	if err != nil && line == "" {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// AskSecret is Ask without echo. The answer is returned as typed.
func (s *Streams) AskSecret(question string) ([]byte, error) {
	d, err := s.Device()
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if _, err := fmt.Fprint(d, question); err != nil {
		return nil, err
	}
	secret, err := d.ReadSecret()
	fmt.Fprintln(d)
	return secret, err
}
