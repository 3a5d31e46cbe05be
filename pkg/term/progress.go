package term

import (
	"fmt"
	"io"
	"strings"
)

// Progress is a line that is drawn over itself while something runs, and taken away at its end. It moves the cursor
// by carriage returns alone, which every terminal obeys.
type Progress struct {
	to      io.Writer
	columns int // that it may take
	drawn   int // that it takes
}

// Progress returns a line on standard error.
func (s *Streams) Progress() *Progress {
	columns := s.Columns
	if s.Screen > 0 {
		columns = min(columns, s.Screen)
	}
	return &Progress{to: s.Err, columns: columns - 1} // some terminals begin a new line after the last column
}

// Draw shows a line, or its beginning where the terminal is narrower.
func (p *Progress) Draw(line string) {
	runes := []rune(line)
	for Width(string(runes)) > p.columns {
		runes = runes[:len(runes)-1]
	}
	p.show(string(runes))
}

// Clear takes the line away.
func (p *Progress) Clear() {
	p.show("")
	_, _ = io.WriteString(p.to, "\r")
}

// show writes over what is there. An error would meet the next output, too, which tells it.
func (p *Progress) show(line string) {
	_, _ = io.WriteString(p.to, "\r"+Pad(line, p.drawn))
	p.drawn = Width(line)
}

// Bar draws a share from 0 to 1 with so many marks at most, and says it in percent.
func Bar(share float64, marks int) string {
	full := int(share * float64(marks))
	return fmt.Sprintf("[%s%s] %3.0f%%", strings.Repeat("#", full), strings.Repeat(" ", marks-full), share*100)
}
