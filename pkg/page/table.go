package page

import (
	"strings"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Table writes rows of cells below each other, one line each. The last cell of a row is whole,
// for it names the thing; a cell before it that is too wide loses its middle.
func (p *Page) Table(rows ...[]string) {
	const most = 24 // columns of a cell that is not the last
	var widths []int
	for _, row := range rows {
		for i, cell := range row[:len(row)-1] {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			row[i] = shortened(msg.Clean(cell), most)
			widths[i] = max(widths[i], term.Width(row[i]))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row[:len(row)-1] {
			if widths[i] > 0 {
				line.WriteString(term.Pad(cell, widths[i]+Gap))
			}
		}
		line.WriteString(msg.Clean(row[len(row)-1]))
		p.B.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// shortened is a text within so many columns: without its middle, for names often begin or end
// alike.
func shortened(text string, columns int) string {
	if term.Width(text) <= columns {
		return text
	}
	all := []rune(text)
	head, tail := len(all), len(all)
	for term.Width(string(all[tail:])) < columns/2-1 {
		tail--
	}
	for head > tail || term.Width(string(all[:head]))+1+term.Width(string(all[tail:])) > columns {
		head--
	}
	return string(all[:head]) + "…" + string(all[tail:])
}
