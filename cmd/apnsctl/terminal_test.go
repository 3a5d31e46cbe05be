//go:build !windows

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/creack/pty"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// terminal is what a person sees of one run of the program, 80 columns wide.
type terminal struct {
	t      *testing.T
	lang   msg.Lang
	device *os.File
	child  *exec.Cmd
	ended  chan struct{}

	more  chan struct{} // has one where something was printed that nobody has looked at
	mu    sync.Mutex
	bytes bytes.Buffer
	read  int // how much of it was there when the last answer was given

	chosen bool // a choice is drawn anew at each key, and is no question any more
}

// screens are how wide and high a terminal is that nobody has made larger.
const (
	screenColumns = 80
	screenRows    = 24
)

// open starts the program at a terminal of its own.
func openTerminal(t *testing.T, lang msg.Lang, child *exec.Cmd) *terminal {
	t.Helper()
	device, err := pty.StartWithSize(child, &pty.Winsize{Rows: screenRows, Cols: screenColumns})
	if err != nil {
		t.Fatal(err)
	}
	s := &terminal{t: t, lang: lang, device: device, child: child, ended: make(chan struct{}), more: make(chan struct{}, 1)}
	go func() {
		defer close(s.ended)
		chunk := make([]byte, 4096)
		for {
			n, err := device.Read(chunk)
			s.mu.Lock()
			s.bytes.Write(chunk[:n])
			s.mu.Unlock()
			select {
			case s.more <- struct{}{}:
			default:
			}
			if err != nil {
				return // Linux says EIO once nobody is at the other end
			}
		}
	}()
	return s
}

// text is all that was printed since an offset, without colour.
func (s *terminal) text(from int) (text string, length int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	raw := s.bytes.String()
	return plainText(raw[from:]), len(raw)
}

func plainText(raw string) string {
	raw = regexp.MustCompile(`\r\x1b\[[0-9]+A`).ReplaceAllString(raw, "\n") // back to the first of some lines
	raw = regexp.MustCompile(`\x1b\[[0-9;?]*[a-zA-Z]`).ReplaceAllString(raw, "")
	return strings.ReplaceAll(raw, "\r\n", "\n")
}

// asked waits for one of the questions, and names it: empty when the program has ended instead.
func (s *terminal) asked(questions []question) string {
	s.t.Helper()
	for late := time.After(soon); ; {
		over := false
		select {
		case <-s.ended:
			over = true
		case <-s.more:
		case <-late:
			all, _ := s.text(0)
			s.t.Fatalf("it neither asks nor ends:\n%s", all)
		}
		text, length := s.text(s.read)
		if squeezed := squeeze(text); squeezed != "" {
			for _, q := range questions {
				if redrawn := q.key == "choose" && s.chosen; !redrawn && q.form.MatchString(squeezed) {
					s.read, s.chosen = length, s.chosen || q.key == "choose"
					return q.key
				}
			}
		}
		if over {
			return ""
		}
	}
}

// types is what the person types.
func (s *terminal) types(keys string) {
	s.t.Helper()
	if _, err := s.device.WriteString(keys); err != nil {
		s.t.Fatal(err)
	}
}

// status is what the program ends with.
func (s *terminal) status() int {
	s.t.Helper()
	<-s.ended
	err := s.child.Wait()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		s.t.Fatal(err)
	}
	_ = s.device.Close()
	return s.child.ProcessState.ExitCode()
}

// checkWidth requires that no line is broken by the edge of the terminal. One that is typed is drawn anew at
// each key.
func checkWidth(t *testing.T, text string) {
	t.Helper()
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r", "\n"), "\n") {
		if n := term.Width(line); n > screenColumns {
			t.Errorf("%d columns: %q", n, line)
		}
	}
}

// question is a text that waits for a person.
type question struct {
	key  string
	form *regexp.Regexp // of the text without white space
}

// questions are all texts of a language at which the program waits.
func questions(lang msg.Lang) (all []question) {
	p := msg.Printer{Lang: lang}
	for _, key := range p.KeysOf("output") {
		name, asks := strings.CutPrefix(key, "output.ask.")
		waits := key == "output.renew.waiting" || strings.HasPrefix(key, "output.renew.arrived")
		if !asks && !waits || name == "yes" || name == "no" {
			continue
		}
		form := regexp.MustCompile(textForm(p, key).String() + ">?$")
		all = append(all, question{strings.TrimPrefix(name, "output."), form})
	}
	return all
}

// textForm finds a text of the catalogue, whatever it names.
func textForm(p msg.Printer, key string) *regexp.Regexp {
	text, _ := p.Lookup(key)
	place := regexp.MustCompile(`\\\{[a-z_]+\\\}`)
	return regexp.MustCompile(place.ReplaceAllString(regexp.QuoteMeta(squeeze(text)), ".*"))
}

// squeeze leaves white space out, and with it where lines are broken.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
}

// lacks tells which of the words no screen has shown.
func lacks(screens string, words []string) error {
	for _, word := range words {
		if strings.HasPrefix(word, "-") && !strings.Contains(screens, word) {
			return fmt.Errorf("no screen has named %q", word)
		}
	}
	return nil
}
