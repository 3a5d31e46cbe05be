package term

import (
	"fmt"
	"io"
	"strings"
)

// Progress is a line that is drawn over itself while something runs, and taken away at its end. It moves the cursor
// by carriage returns alone, which every terminal obeys.
type Progress struct {
	s     *Streams
	drawn int // columns that it takes
}

// Progress returns a line on standard error.
func (s *Streams) Progress() *Progress { return &Progress{s: s} }

// Draw shows a line of parts, without the last of them where the terminal is narrower: a number that is cut in its
// middle would be another.
func (p *Progress) Draw(parts ...string) {
	room := p.room()
	for len(parts) > 1 && Width(strings.Join(parts, "")) > room {
		parts = parts[:len(parts)-1]
	}
	line := strings.Join(parts, "")
	if Width(line) > room {
		line = ""
	}
	p.show(line, room)
}

// Clear takes the line away, with what a terminal shows of Ctrl-C behind it.
func (p *Progress) Clear() {
	p.drawn += len("^C")
	p.show("", p.room())
	_, _ = io.WriteString(p.s.Err, "\r")
}

// room is how many columns a line may take: somebody may have made the window narrower. Some terminals begin a new
// line after the last one.
func (p *Progress) room() int {
	columns := p.s.Columns
	if now := p.s.ErrScreen; now != nil && now() > 0 {
		columns = min(columns, now())
	}
	return columns - 1
}

// show writes over what is there. An error would meet the next output, too, which tells it.
func (p *Progress) show(line string, room int) {
	_, _ = io.WriteString(p.s.Err, "\r"+Pad(line, min(p.drawn, room)))
	p.drawn = Width(line)
}

// Bar draws a share from 0 to 1 with so many marks at most, and says it in percent.
func Bar(share float64, marks int) string {
	full := int(share * float64(marks))
	return fmt.Sprintf("[%s%s] %3.0f%%", strings.Repeat("#", full), strings.Repeat(" ", marks-full), share*100)
}
