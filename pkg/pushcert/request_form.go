package pushcert

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"io"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/plist"
)

// requestSpace is the white space that the portal is known to ignore in base64 and around it
// (reference 1.2), and that XML knows.
const requestSpace = " \t\r\n"

// unwrap takes the outer base64 off and returns the property list, or nil. What is not as the
// portal wants it is refused first, and then read as it was meant.
func (r *requestReader) unwrap(data []byte) []byte {
	if list, ok := decodeBase64(data); ok && isRequestList(list) {
		return list
	}
	text, encoding := decode.Text(data)
	switch encoding {
	case decode.Plain:
	case decode.UTF8:
		r.refuse(problem.RequestEncoding, "mark", nil)
	default:
		r.refuse(problem.RequestEncoding, "utf16", problem.Params{"encoding": string(encoding)})
	}
	once, ok := decodeBase64(text)
	switch {
	case len(bytes.Trim(text, requestSpace)) == 0:
		r.refuse(problem.RequestEncoding, "empty", nil)
		return nil
	case isRequestList(text):
		r.refuse(problem.RequestEncoding, "unencoded", nil)
		return text
	case ok && isRequestList(once):
		return once // the mark was all
	case r.isSomethingElse(text), r.isSomethingElse(once):
		return nil
	}
	return r.meant(text, once)
}

// meant finds out what was done to a request on its way, and undoes it.
func (r *requestReader) meant(text, once []byte) []byte {
	twice, _ := decodeBase64(once)
	unquoted, _ := decodeBase64(decode.Unquoted(decode.Plainer(text)))
	lenient, _ := fromBase64(text)
	switch {
	case isRequestList(twice):
		r.refuse(problem.RequestEncoding, "double", nil)
		return twice
	case isRequestList(unquoted):
		r.refuse(problem.RequestEncoding, "quoted", nil)
		return unquoted
	case once != nil:
		r.refuse(problem.RequestEncoding, "content", nil)
	case isBroken(lenient): // cut short, which no padding repairs
		r.refuse(problem.RequestEncoding, "base64", nil)
	case bytes.ContainsAny(text, "-_"):
		r.refuse(problem.RequestEncoding, "alphabet", nil)
		return lenient
	default:
		r.refuse(problem.RequestEncoding, "padding", nil)
		return lenient
	}
	return nil
}

// isRequestList tells whether data begins as a property list, or is one of which even the
// outermost element may be missing.
func isRequestList(data []byte) bool {
	return plist.Is(data) || bytes.HasPrefix(bytes.TrimLeft(data, requestSpace), []byte("<")) && isRequest(data)
}

// isSomethingElse says so when data is a CSR or a certificate: the commonest
// files to be uploaded in place of the request.
func (r *requestReader) isSomethingElse(data []byte) bool {
	if isRequest(data) { // whose chain holds certificates
		return false
	}
	data = bytes.TrimLeft(data, requestSpace) // the end of a DER file may look like it
	if block, _ := pem.Decode(data); block != nil {
		data = block.Bytes
	}
	var role Role
	if _, err := ParseCSR(data); err == nil {
		role = RoleCSR
	} else if c, err := ParseCertificate(data); err == nil {
		role = c.Role()
	} else {
		return false
	}
	r.refuse(problem.WrongRole, "request", wrongRole(role, RoleRequest))
	return true
}

// hasHeader tells whether an XML property list has all that Apple's own have before the
// dictionary.
func hasHeader(list []byte) bool {
	return bytes.HasPrefix(list, []byte("<?xml")) && bytes.Contains(list, []byte("<!DOCTYPE plist")) && bytes.Contains(list, []byte("<plist"))
}

// isOneDocument compares XML with what reading it does not need: UTF-8 (the text of other files
// was decoded before), one root, and no text outside of keys and values. A request that was
// glued to another, or has something behind it, is none.
func isOneDocument(list []byte) bool {
	tokens := xml.NewDecoder(bytes.NewReader(list))
	var open []string
	for roots := 0; ; {
		token, err := tokens.Token()
		if err != nil {
			return errors.Is(err, io.EOF) && roots == 1
		}
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) == 0 {
				roots++
			} else if t.Name.Local == "plist" {
				return false
			}
			open = append(open, t.Name.Local)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(bytes.Trim(t, requestSpace)) > 0 && (len(open) == 0 || isContainer(open[len(open)-1])) {
				return false
			}
		}
	}
}

func isContainer(element string) bool {
	return element == "plist" || element == "dict" || element == "array"
}

// chainForm is what the text of a chain looks like.
type chainForm struct {
	line    int  // the first that is at fault, if one is
	broken  bool // it belongs to no certificate
	columns bool // it has not 64 characters
	around  bool // other text stands outside of the certificates
}

// formOfChain reads the lines of a chain. Apple states lines of 64 characters, the last one at
// most as long, as a condition (reference 1.2); blank lines and white space around are known
// to pass.
func formOfChain(text []byte) (form chainForm) {
	inside, last := false, false // in a certificate, and past its last line
	for line := range bytes.Lines(text) {
		form.line++
		line = bytes.Trim(line, requestSpace)
		switch isBegin, isEnd := string(line) == "-----BEGIN CERTIFICATE-----", string(line) == "-----END CERTIFICATE-----"; {
		case len(line) == 0:
		case (isBegin || isEnd) && inside == isEnd:
			inside, last = isBegin, false
		case bytes.Contains(line, []byte(pemDashes)), inside && bytes.ContainsFunc(line, func(c rune) bool { return !isStandardBase64(c) }):
			form.broken = true
			return form
		case !inside:
			form.around = true
		case last || len(line) > pemColumns:
			form.columns = true
			return form
		default:
			last = len(line) < pemColumns
		}
	}
	return form
}

func isStandardBase64(c rune) bool { return c < 0x80 && c != '-' && c != '_' && isBase64(byte(c)) }

// decodeBase64 decodes standard base64 with white space anywhere, as mail and
// Windows leave it. Padding must be there: Apple's decoder is not known to do without.
func decodeBase64(text []byte) ([]byte, bool) {
	dense := make([]byte, 0, len(text))
	for _, c := range text {
		if !isSpace(c) {
			dense = append(dense, c)
		}
	}
	n, err := base64.StdEncoding.Decode(dense, dense)
	if err != nil || n == 0 {
		return nil, false
	}
	return dense[:n], true
}
