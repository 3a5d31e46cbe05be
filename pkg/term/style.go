package term

// Style is how a word looks on a colour terminal.
type Style string

// The styles, as SGR parameters (ECMA-48, 8.3.117).
const (
	Plain  Style = ""
	Bold   Style = "1"
	Green  Style = "32"
	Yellow Style = "33"
	Red    Style = "1;31"
	Dim    Style = "2"
)

// Paint colours text if the streams allow it. Pad before painting: escape sequences
// have no width.
func (s *Streams) Paint(style Style, text string) string {
	if !s.Color || style == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}
