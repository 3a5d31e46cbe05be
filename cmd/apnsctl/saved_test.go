package main

import (
	"encoding/binary"
	"os"
	"strings"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"
)

// saved writes a text file as another program saves it: what an editor, a shell or mail does to
// it on its way.
func saved(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 3, "saved WAY FILE OUT")
	way, ok := waysToSave()[args[0]]
	need(ts, ok, "saved bom|utf16le|utf16be|utf16|crlf|quoted|cut|twice FILE OUT")
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(way(ts.ReadFile(args[1]))), 0o600))
}

func waysToSave() map[string]func(text string) string {
	wide := func(text string, order binary.AppendByteOrder) string {
		var out []byte
		for _, unit := range utf16.Encode([]rune(text)) {
			out = order.AppendUint16(out, unit)
		}
		return string(out)
	}
	return map[string]func(string) string{
		"bom":     func(text string) string { return "\ufeff" + text },                                 // Notepad
		"utf16le": func(text string) string { return wide("\ufeff"+text, binary.LittleEndian) },        // PowerShell 5, > and Out-File
		"utf16be": func(text string) string { return wide("\ufeff"+text, binary.BigEndian) },           // Notepad
		"utf16":   func(text string) string { return wide(text, binary.LittleEndian) },                 // .NET without a mark
		"crlf":    func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") + "\r\n" }, // PowerShell 7
		"quoted":  func(text string) string { return "> " + strings.ReplaceAll(text, "\n", "\n> ") },   // mail
		"cut":     func(text string) string { return text[:len(text)/2] },
		"twice":   func(text string) string { return text + text },
	}
}
