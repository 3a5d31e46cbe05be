package request

import "encoding/base64"

// copyNote puts the note alone into the clipboard, where a terminal does that for a program (OSC 52, which
// works through SSH too); in a pipe it is the output, for a program such as pbcopy.
func (o *portalOptions) copyNote(note string) error {
	if !o.IO.OutTTY {
		return o.WriteText(note + "\n")
	}
	sequence := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(note)) + "\a"
	o.Note("portal.copied", nil)
	return o.WriteText(sequence + note + "\n")
}
