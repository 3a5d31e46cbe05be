package command_test

import (
	"crypto"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"maps"
	"strings"
	"testing"
	"unicode/utf16"

	"howett.net/plist"
)

// requestCase is a file, what both sides make of it, and a code that verify has to say.
type requestCase struct {
	expect requestExpectation
	file   string
	code   string
}

type requestExpectation int

const (
	refusedByAll requestExpectation = iota
	takenByAll
	takenInDoubt // nobody knows what Apple does
)

// requestCases are all files, by what is wrong with them.
func requestCases(t *testing.T, w *portalWorld) map[string]requestCase {
	t.Helper()
	all := map[string]requestCase{}
	for _, some := range []map[string]requestCase{
		envelopeCases(t, w), cutCases(t, w), listCases(t, w), chainCases(t, w), signatureCases(t, w), otherFiles(t, w),
	} {
		for name := range some {
			if _, twice := all[name]; twice {
				t.Fatalf("two cases are named %q", name)
			}
		}
		maps.Copy(all, some)
	}
	return all
}

func utf16Text(text string, order binary.ByteOrder) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		two := make([]byte, 2)
		order.PutUint16(two, unit)
		out = append(out, two...)
	}
	return string(out)
}

func bad(code, file string) requestCase   { return requestCase{refusedByAll, file, code} }
func doubt(code, file string) requestCase { return requestCase{takenInDoubt, file, code} }
func taken(file string) requestCase       { return requestCase{takenByAll, file, ""} }

// envelopeCases are what editors, mail and shells do to the base64.
func envelopeCases(t *testing.T, w *portalWorld) map[string]requestCase {
	t.Helper()
	const encoding = "request-encoding"
	p := w.good(t)
	good, text := p.file(t), p.list(t)
	even := text + strings.Repeat(" ", (3-len(text)%3)%3) // its base64 needs no padding
	odd := even + " "
	url := p.list(t, "</dict>", "</dict><!-- ????>>>> ~~~~???? -->")
	cases := map[string]requestCase{
		"one line":                           taken(good),
		"final newline":                      taken(good + "\n"),
		"several final newlines":             taken(good + "\r\n\r\n"),
		"leading newline":                    taken("\n" + good),
		"64 columns, LF":                     taken(wrapped(good, 64, "\n")),
		"76 columns, LF":                     taken(wrapped(good, 76, "\n")),
		"64 columns, CRLF":                   taken(wrapped(good, 64, "\r\n")),
		"76 columns, CRLF":                   taken(wrapped(good, 76, "\r\n")),
		"76 columns, CR":                     taken(wrapped(good, 76, "\r")),
		"blanks inside":                      taken(wrapped(good, 10, " ")),
		"tabs inside":                        taken(wrapped(good, 33, "\t")),
		"indented":                           taken("    " + wrapped(good, 64, "\n    ")),
		"hard blanks inside":                 bad(encoding, wrapped(good, 76, "\u00a0\n")),
		"wide blanks inside":                 bad(encoding, wrapped(good, 76, "\u3000\n")),
		"next line character":                bad(encoding, wrapped(good, 76, "\u0085")),
		"vertical tab inside":                bad("", wrapped(good, 76, "\v")),
		"form feed inside":                   bad(encoding, wrapped(good, 76, "\f")),
		"no width blank inside":              bad(encoding, good[:100]+"\u200b"+good[100:]),
		"byte order mark":                    bad(encoding, "\ufeff"+good),
		"byte order mark at the end":         bad(encoding, good+"\ufeff"),
		"two byte order marks":               bad(encoding, "\ufeff\ufeff"+good),
		"mark and CRLF":                      bad(encoding, "\ufeff"+wrapped(good, 76, "\r\n")),
		"UTF-16LE with mark":                 bad(encoding, "\xff\xfe"+utf16Text(good+"\r\n", binary.LittleEndian)),
		"UTF-16BE with mark":                 bad(encoding, "\xfe\xff"+utf16Text(good+"\r\n", binary.BigEndian)),
		"UTF-16LE without mark":              bad(encoding, utf16Text(good, binary.LittleEndian)),
		"UTF-16BE without mark":              bad(encoding, utf16Text(good, binary.BigEndian)),
		"UTF-16 in lines":                    bad(encoding, "\xff\xfe"+utf16Text(wrapped(good, 76, "\r\n"), binary.LittleEndian)),
		"UTF-32":                             bad("", "\xff\xfe\x00\x00"+strings.Join(strings.Split(good, ""), "\x00\x00\x00")+"\x00\x00\x00"),
		"glued twice, padded":                bad(encoding, p64(odd)+p64(odd)),
		"glued twice, without padding":       bad(encoding, p64(even)+p64(even)),
		"glued twice, a newline between":     bad(encoding, p64(even)+"\n"+p64(even)+"\n"),
		"quoted mail":                        bad(encoding, "> "+strings.TrimSuffix(wrapped(good, 72, "\n> "), "> ")),
		"quoted mail, twice":                 bad(encoding, ">> "+strings.TrimSuffix(wrapped(good, 72, "\n>> "), ">> ")),
		"double quotes around":               bad(encoding, `"`+good+`"`),
		"a greeting before":                  bad(encoding, "Dear customer,\n\n"+wrapped(good, 76, "\n")),
		"a signature after":                  bad(encoding, wrapped(good, 76, "\n")+"\n-- \nBob\n"),
		"one word after":                     bad(encoding, p64(even)+"\nRegards\n"),
		"a shell's prompt after":             bad(encoding, good+"%"),
		"mail headers before":                bad("", "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"+wrapped(good, 76, "\r\n")),
		"a data address":                     bad(encoding, "data:application/octet-stream;base64,"+good),
		"armoured":                           bad("", "-----BEGIN CERTIFICATE REQUEST-----\n"+wrapped(good, 64, "\n")+"-----END CERTIFICATE REQUEST-----\n"),
		"uuencode's frame":                   bad(encoding, "begin-base64 644 request\n"+wrapped(good, 60, "\n")+"====\n"),
		"quoted-printable":                   bad(encoding, strings.ReplaceAll(wrapped(good, 75, "=\r\n"), "==", "=3D=")),
		"in a JSON string":                   bad("", `{"request":"`+good+`"}`),
		"URL alphabet":                       bad(encoding, base64.URLEncoding.EncodeToString([]byte(url))),
		"URL alphabet, without padding":      bad(encoding, base64.RawURLEncoding.EncodeToString([]byte(url))),
		"padding missing":                    bad(encoding, base64.RawStdEncoding.EncodeToString([]byte(odd))),
		"padding too long":                   bad(encoding, p64(odd)+"="),
		"padding where none is due":          bad(encoding, p64(even)+"="),
		"padding in the middle":              bad(encoding, good[:400]+"=="+good[400:]),
		"percent encoding":                   bad(encoding, strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace(p64(odd))),
		"blanks in place of plus":            bad("", strings.ReplaceAll(good, "+", " ")),
		"a NUL at the end":                   bad(encoding, good+"\x00"),
		"Ctrl-Z at the end":                  bad(encoding, good+"\x1a"),
		"encoded twice":                      bad(encoding, p64(good)),
		"encoded twice, in lines":            bad(encoding, wrapped(p64(wrapped(good, 76, "\n")), 76, "\r\n")),
		"encoded three times":                bad("", p64(p64(good))),
		"in hex":                             bad("", fmt.Sprintf("%x", good)),
		"the list in hex":                    bad("", fmt.Sprintf("%x", text)),
		"not encoded":                        bad(encoding, text),
		"not encoded, with mark":             bad(encoding, "\ufeff"+text),
		"not encoded, UTF-16":                bad(encoding, "\xff\xfe"+utf16Text(text, binary.LittleEndian)),
		"not encoded, binary":                bad(encoding, p.binary(t)),
		"lower case":                         bad("", strings.ToLower(good)),
		"one character changed to another":   bad("", good[:300]+"*"+good[301:]),
		"one character missing":              bad("", good[:300]+good[301:]),
		"one line missing":                   bad("", good[:304]+good[380:]),
		"a line twice":                       bad("", good[:76]+good[:76]+good[76:]),
		"more white space than a file needs": taken(good + strings.Repeat("\n", 300<<10)),
	}
	return cases
}

// cutCases are requests whose transfer broke off.
func cutCases(t *testing.T, w *portalWorld) map[string]requestCase {
	t.Helper()
	good := w.good(t).file(t)
	cases := map[string]requestCase{}
	for _, n := range []int{1, 4, 40, 41, 400, 1000, 2002, 4003, len(good) / 2, len(good) - 400, len(good) - 41, len(good) - 24, len(good) - 5, len(good) - 4, len(good) - 1} {
		cases[fmt.Sprintf("cut after %d of %d", n, len(good))] = bad("", good[:n])
	}
	for _, n := range []int{1, 4, 100, 1000} {
		cases[fmt.Sprintf("the first %d are missing", n)] = bad("", good[n:])
	}
	return cases
}

// listCases are what can be wrong with the property list.
func listCases(t *testing.T, w *portalWorld) map[string]requestCase {
	t.Helper()
	const encoding = "request-encoding"
	p := w.good(t)
	text := p.list(t)
	body := strings.TrimPrefix(text, requestHead)
	dict := strings.TrimSuffix(body, "</plist>")
	declaration, rest, _ := strings.Cut(text, "\n")
	doctype, bare, _ := strings.Cut(rest, "\n")
	csr, signature := p64(string(p.csr)), p64(string(p.signature))
	asPEM := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: p.csr}))
	element := func(name string) string { return "<key>" + name + "</key>\n<string>" }
	second := strings.Replace(text, declaration+"\n", "", 1)
	cases := map[string]requestCase{
		"no declaration":                  doubt(encoding, p64(rest)),
		"no DOCTYPE":                      doubt(encoding, p64(declaration+"\n"+bare)),
		"neither":                         doubt(encoding, p64(bare)),
		"no plist element":                doubt(encoding, p64(declaration+"\n"+doctype+"\n"+dict)),
		"dict alone":                      doubt(encoding, p64(dict)),
		"white space before":              doubt(encoding, p64("\n  "+text)),
		"binary":                          doubt(encoding, p64(p.binary(t))),
		"a key too many":                  doubt(encoding, p.file(t, "<dict>", "<dict><key>Name</key><string>x</string>")),
		"keys of other kinds":             doubt(encoding, p.file(t, "<dict>", "<dict><key>A</key><array><dict><key>B</key><true/></dict></array><key>C</key><integer>x</integer><key>D</key><date/>")),
		"keys in another order":           taken(p64(p.reordered())),
		"white space in strings":          taken(p.file(t, "<string>", "<string>\n\t  ", "</string>", "\n\t  </string>")),
		"CSR in lines":                    taken(p.file(t, csr, "\n"+wrapped(csr, 76, "\r\n"))),
		"a comment":                       taken(p.file(t, "<dict>", "<!-- made by hand --><dict>")),
		"CDATA":                           taken(p.file(t, csr, "<![CDATA["+csr+"]]>")),
		"white space after":               taken(p.file(t, "</plist>", "</plist>\n\n \n")),
		"characters as references":        taken(p.file(t, csr, "&#x"+fmt.Sprintf("%x", csr[0])+";"+csr[1:])),
		"a doubled key, the same":         taken(p.file(t, "</dict>", element("PushCertSignature")+signature+"</string></dict>")),
		"CSR as data":                     bad(encoding, p.file(t, "<string>"+csr+"</string>", "<data>"+csr+"</data>")),
		"signature as data":               bad(encoding, p.file(t, "<string>"+signature+"</string>", "<data>"+signature+"</data>")),
		"chain as data":                   bad(encoding, p.file(t, "<string>"+p.chain+"</string>", "<data>"+p64(p.chain)+"</data>")),
		"chain as array":                  bad(encoding, p.file(t, "<string>"+p.chain+"</string>", "<array><string>"+p.chain+"</string></array>")),
		"signature as integer":            bad(encoding, p.file(t, "<string>"+signature+"</string>", "<integer>1</integer>")),
		"all in an array":                 bad(encoding, p.file(t, "<dict>", "<array><dict>", "</dict>", "</dict></array>")),
		"all in a dict":                   bad(encoding, p.file(t, "<dict>", "<dict><key>Request</key><dict>", "</dict>", "</dict></dict>")),
		"binary with data":                bad(encoding, p64(binaryOf(t, map[string]any{"PushCertCertificateChain": p.chain, "PushCertRequestCSR": p.csr, "PushCertSignature": p.signature}))),
		"binary, cut short":               bad(encoding, p64(p.binary(t)[:2000])),
		"key in other capitals":           bad(encoding, p.file(t, "PushCertRequestCSR", "PushCertRequestCsr")),
		"key of the old name":             bad(encoding, p.file(t, "PushCertCertificateChain", "PushCertCertificate")),
		"key with blanks":                 bad(encoding, p.file(t, "<key>PushCertSignature</key>", "<key> PushCertSignature </key>")),
		"CSR missing":                     bad(encoding, p.file(t, element("PushCertRequestCSR")+csr+"</string>\n", "")),
		"chain missing":                   bad(encoding, p.file(t, element("PushCertCertificateChain")+p.chain+"</string>\n", "")),
		"signature missing":               bad(encoding, p.file(t, element("PushCertSignature")+signature+"</string>\n", "")),
		"CSR empty":                       bad(encoding, p.file(t, csr, "")),
		"chain empty":                     bad(encoding, p.file(t, p.chain, "")),
		"signature blank":                 bad(encoding, p.file(t, signature, " \n")),
		"dict empty":                      bad("", p64(requestHead+"<dict/></plist>")),
		"a second list behind":            bad(encoding, p64(text+second)),
		"a second dict":                   bad(encoding, p.file(t, "</dict>", "</dict><dict></dict>")),
		"text behind":                     bad(encoding, p64(text+"done")),
		"text before":                     bad(encoding, p64("Request: "+text)),
		"text between":                    bad(encoding, p.file(t, "<dict>", "<dict>x")),
		"an element in a string":          bad(encoding, p.file(t, csr, "<b/>"+csr)),
		"an unknown element":              bad(encoding, p.file(t, "<dict>", "<dict><key>A</key><text>x</text>")),
		"dict not closed":                 bad(encoding, p.file(t, "</dict>", "")),
		"plist not closed":                bad(encoding, p.file(t, "</plist>", "")),
		"a key without value":             bad(encoding, p.file(t, "</dict>", "<key>Other</key></dict>")),
		"an unknown entity":               bad(encoding, p.file(t, csr, "&nbsp;"+csr)),
		"declared as UTF-16":              bad(encoding, p.file(t, `encoding="UTF-8"`, `encoding="UTF-16"`)),
		"declared as ASCII":               bad(encoding, p.file(t, `encoding="UTF-8"`, `encoding="US-ASCII"`)),
		"declared as Latin-1":             bad(encoding, p.file(t, `encoding="UTF-8"`, `encoding="ISO-8859-1"`)),
		"mark inside":                     bad("", p64("\ufeff"+text)),
		"UTF-16 inside":                   bad("", p64("\xff\xfe"+utf16Text(text, binary.LittleEndian))),
		"hard blank in the CSR":           bad(encoding, p.file(t, csr, "\u00a0"+csr)),
		"no character of UTF-8":           bad(encoding, p.file(t, "<dict>", "<dict><key>A</key><string>\xff</string>")),
		"CSR as PEM":                      bad(encoding, p.file(t, csr, asPEM)),
		"CSR as base64 of PEM":            bad(encoding, p.file(t, csr, p64(asPEM))),
		"CSR as base64 of base64":         bad(encoding, p.file(t, csr, p64(csr))),
		"CSR without padding":             bad(encoding, w.unpaddedCSR(t)),
		"CSR cut short":                   bad(encoding, p.file(t, csr, csr[:len(csr)-40])),
		"CSR with a byte too many":        bad(encoding, p.file(t, csr, p64(string(p.csr)+"\n"))),
		"CSR is the vendor's certificate": bad(encoding, p.file(t, csr, p64(string(w.vendor.Raw)))),
		"signature in hex":                bad("request-signature", p.file(t, signature, fmt.Sprintf("%x", p.signature))),
		"signature no base64":             bad("request-signature", p.file(t, signature, "*"+signature[1:])),
		"values in one another's place":   bad(encoding, p.file(t, csr, signature)),
		"old text form":                   bad("", p64(`{ PushCertRequestCSR = "`+csr+`"; PushCertSignature = "`+signature+`"; }`)),
		"JSON":                            bad("", p64(`{"PushCertRequestCSR":"`+csr+`"}`)),
	}
	return cases
}

// unpaddedCSR is a request whose CSR should end in "=" and does not.
func (w *portalWorld) unpaddedCSR(t *testing.T) string {
	t.Helper()
	p := w.good(t)
	for name := "x"; len(p.csr)%3 == 0; name += "x" {
		p.csr = newRequestCSR(t, w.key, pkix.Name{CommonName: name}, 0)
	}
	p.signature = w.sign(t, w.vendorKey, crypto.SHA256, p.csr)
	return p.file(t, p64(string(p.csr)), base64.RawStdEncoding.EncodeToString(p.csr))
}

// binary is the property list in the binary form.
func (p requestParts) binary(t *testing.T) string {
	t.Helper()
	return binaryOf(t, map[string]any{
		"PushCertCertificateChain": p.chain, "PushCertRequestCSR": p64(string(p.csr)), "PushCertSignature": p64(string(p.signature)),
	})
}

func binaryOf(t *testing.T, values map[string]any) string {
	t.Helper()
	data, err := plist.Marshal(values, plist.BinaryFormat)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// reordered is the property list with the CSR first.
func (p requestParts) reordered() string {
	return requestHead + "<dict><key>PushCertRequestCSR</key><string>" + p64(string(p.csr)) + "</string><key>PushCertSignature</key><string>" +
		p64(string(p.signature)) + "</string><key>PushCertCertificateChain</key><string>\n" + p.chain + "\n</string></dict></plist>"
}
