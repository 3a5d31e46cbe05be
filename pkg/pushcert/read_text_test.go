package pushcert

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// utf16LE is text as PowerShell 5 writes it.
func utf16LE(text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

// pastings are what becomes of a PEM text on its way through mail, editors, shells and CI systems.
func pastings() map[string]func(string) string {
	replace := func(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }
	lines := func(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }
	return map[string]func(string) string{
		"as it is":              func(s string) string { return s },
		"CRLF":                  replace("\n", "\r\n"),
		"CR alone":              replace("\n", "\r"),
		"UTF-8 with mark":       func(s string) string { return "\ufeff" + s },
		"UTF-16 with mark":      func(s string) string { return utf16LE("\ufeff" + s) },
		"UTF-16 without mark":   utf16LE,
		"\\n spelled out":       replace("\n", `\n`),
		"\\n without the last":  func(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\n", `\n`) },
		"\\r\\n spelled out":    replace("\n", `\r\n`),
		"escaped twice":         replace("\n", `\\n`),
		"a line of an env file": func(s string) string { return `P8_KEY="` + strings.ReplaceAll(s, "\n", `\n`) + "\"\n" },
		"a value in JSON": func(s string) string {
			return `{"key":"` + strings.NewReplacer("\n", `\n`, "/", `\/`).Replace(s) + `"}`
		},
		"blanks for line ends": replace("\n", " "),
		"no line ends":         replace("\n", ""),
		"hard blanks":          replace(" ", "\u00a0", "\n", "\u00a0\n"),
		"wide blanks":          replace(" ", "\u3000"),
		"dashes made long":     replace("-----", "—–—"),
		"one dash for two":     replace("-----", "——-"),
		"one dash for five":    replace("-----", "—"),
		"zero width":           replace("\n", "\u200b\n"),
		"quoted by mail": func(s string) string {
			return "Ann wrote:\n> " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n> ")
		},
		"quoted twice":             func(s string) string { return ">> " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n>> ") },
		"indented, as in YAML":     func(s string) string { return "key: |\n  " + strings.ReplaceAll(s, "\n", "\n  ") },
		"the BEGIN line lost":      func(s string) string { return strings.Join(lines(s)[1:], "\n") },
		"BEGIN lost and \\n":       func(s string) string { return strings.Join(lines(s)[1:], `\n`) },
		"the END line lost":        func(s string) string { return strings.Join(lines(s)[:len(lines(s))-1], "\n") },
		"bare base64":              func(s string) string { return strings.Join(lines(s)[1:len(lines(s))-1], "") },
		"bare base64 in quotes":    func(s string) string { return `"` + strings.Join(lines(s)[1:len(lines(s))-1], `\n`) + `"` },
		"bare base64, quoted":      func(s string) string { return "> " + strings.Join(lines(s)[1:len(lines(s))-1], "\n> ") },
		"base64 of all":            func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64 of all, in UTF-16": func(s string) string { return utf16LE(base64.StdEncoding.EncodeToString([]byte(s))) },
		"the binary itself, bare":  func(s string) string { return string(bare(s)) },
	}
}

func bare(text string) []byte {
	for b := range newPEMScan([]byte(text)).blocks() {
		return b.der
	}
	return nil
}

// TestWhatIsPastedIsRead puts a key, a certificate and a CSR through everything that happens to
// a text on its way.
func TestWhatIsPastedIsRead(t *testing.T) {
	count := 0
	for _, file := range []string{"key/AuthKey_ABC123.p8", "certificate/mdm-push.pem", "csr/rsa.pem", "key/pkcs1.pem"} {
		text := string(readCorpus(t, file))
		want := bare(text)
		for name, paste := range pastings() {
			count++
			f, err := Read("", []byte(paste(text)), nil)
			if err != nil {
				t.Errorf("%s, %s: %v", file, name, err)
				continue
			}
			var got []byte
			switch {
			case f.CSR != nil:
				got = f.CSR.X509.Raw
			case f.Leaf() != nil:
				got = f.Leaf().X509.Raw
			case len(f.Keys) > 0 && f.Keys[0].Format == formatPKCS8:
				got, err = f.Keys[0].PKCS8()
			case len(f.Keys) > 0:
				got = bare(text) // read as a key at all
			}
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s, %s: another content, %v", file, name, err)
			}
		}
	}
	t.Logf("%d pasted texts", count)
}

func TestWhatWasMendedIsSaid(t *testing.T) {
	leaf := string(readCorpus(t, "certificate/mdm-push.pem"))
	for _, name := range []string{"hard blanks", "one dash for two", "quoted by mail", "the BEGIN line lost", "the END line lost", "zero width"} {
		f, err := Read("", []byte(pastings()[name](leaf)), nil)
		if err != nil {
			t.Fatal(err)
		}
		if keys := keysOf(f.Findings); len(keys) != 1 || keys[0] != "pem-long-lines.changed" {
			t.Errorf("%s: %v", name, keys)
		}
	}
	for name, text := range map[string]string{"BEGIN and half": leaf[:400], "half and END": leaf[400:]} {
		if _, err := Read("", []byte(text), nil); problem.Of(err).Code != problem.FileDamaged {
			t.Errorf("%s: %v", name, err)
		}
	}
}
