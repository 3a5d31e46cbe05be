package pushcert

import (
	"bytes"
	"encoding/base64"
	"iter"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

const (
	pemBegin   = "-----BEGIN "
	pemEnd     = "-----END "
	pemDashes  = "-----"
	pemColumns = 64 // RFC 7468 section 2; Apple demands it too (reference 1.2)
	maxPEMKind = 64
)

// pemBlock is one armoured block as it stands in the file.
type pemBlock struct {
	kind   string // "CERTIFICATE"
	body   []byte // all between the BEGIN and the END line
	der    []byte // nil when the body is not base64
	cipher string // DEK-Info algorithm of a legacy encrypted key, else empty
	iv     string // its salt, in hex
}

// pemScan reads PEM that encoding/pem refuses or skips: blocks without line
// breaks, with leading blanks, glued to the one before, with "\n" spelled out, or
// preceded by anything (reference 5.3). It remembers what was unusual.
type pemScan struct {
	text      []byte
	crlf      bool
	glued     bool
	escaped   bool
	changed   bool // by mail or an editor, or the BEGIN or END line of a whole block is missing
	truncated bool // a block has no END line and is not whole
	longest   int  // columns of the longest line inside a block
}

func newPEMScan(text []byte) *pemScan {
	s := &pemScan{text: text, crlf: bytes.IndexByte(text, '\r') >= 0}
	if isEscaped(text) {
		s.escaped, s.text = true, unescaped(text)
	}
	return s
}

// blocks yields the blocks in order.
func (s *pemScan) blocks() iter.Seq[pemBlock] {
	return func(yield func(pemBlock) bool) {
		text := s.text
		for {
			start := bytes.Index(text, []byte(pemBegin))
			if start < 0 {
				return
			}
			text = text[start+len(pemBegin):]
			dashes := bytes.Index(text[:min(len(text), maxPEMKind+len(pemDashes))], []byte(pemDashes))
			if dashes < 0 {
				continue
			}
			kind, rest := text[:dashes], text[dashes+len(pemDashes):]
			body, after, ended := bytes.Cut(rest, []byte(pemEnd))
			if !ended || bytes.Contains(body, []byte(pemBegin)) {
				body, _, _ = bytes.Cut(rest, []byte(pemBegin))
				b := s.block(string(kind), body)
				if !isWhole(b.der) {
					s.truncated = true
					return
				}
				s.changed, text = true, rest[len(body):]
				if !yield(b) {
					return
				}
				continue
			}
			// Exactly five dashes go after the label: the next five may open the next block.
			text = bytes.TrimPrefix(bytes.TrimPrefix(after, kind), []byte(pemDashes))
			s.glued = s.glued || bytes.HasPrefix(text, []byte(pemBegin))
			if !yield(s.block(string(kind), body)) {
				return
			}
		}
	}
}

func (s *pemScan) block(kind string, body []byte) pemBlock {
	b := pemBlock{kind: kind, body: body}
	text := b.withoutHeaders()
	for line := range bytes.Lines(text) {
		s.longest = max(s.longest, len(bytes.TrimRight(line, " \t\r\n")))
	}
	b.der = decodeArmour(text)
	return b
}

// isWhole tells one element of DER from a part of it.
func isWhole(der []byte) bool {
	_, rest, err := cutElement(der)
	return err == nil && len(rest) == 0
}

// decodeArmour decodes base64 with line breaks; white space of other kinds, no-break
// spaces of mail programs included, is taken out when it is in the way.
func decodeArmour(text []byte) []byte {
	der := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(der, text)
	if err != nil {
		n, err = base64.StdEncoding.Decode(der, []byte(withoutSpace(string(text))))
	}
	if err != nil || n == 0 {
		return nil
	}
	return der[:n]
}

// withoutHeaders returns the body without RFC 1421 headers. The cipher of an
// encrypted key is found wherever it stands, since mail eats line breaks.
func (b *pemBlock) withoutHeaders() []byte {
	body := b.body
	if bytes.IndexByte(body, ':') < 0 {
		return body
	}
	if _, info, found := bytes.Cut(body, []byte("DEK-Info:")); found {
		name, rest, _ := bytes.Cut(bytes.TrimLeft(info, " \t"), []byte(","))
		n := 0
		for n < len(rest) && isHexDigit(rest[n]) {
			n++
		}
		b.cipher, b.iv = string(name), string(rest[:n])
		return rest[n:]
	}
	_, rest, _ := bytes.Cut(body[bytes.LastIndexByte(body, ':'):], []byte("\n"))
	return rest
}

// findings says which unusual forms the blocks had: other programs stumble over
// them, so they are named even though they were read.
func (s *pemScan) findings() []problem.Finding {
	var found []problem.Finding
	if s.crlf {
		found = append(found, problem.Found(problem.PEMCRLF, problem.Warning, nil))
	}
	if s.longest > pemColumns {
		found = append(found, problem.Found(problem.PEMLongLines, problem.Warning, nil))
	}
	if s.escaped {
		found = append(found, problem.FoundAs(problem.PEMLongLines, "escaped", problem.Warning, nil))
	}
	if s.changed {
		found = append(found, problem.FoundAs(problem.PEMLongLines, "changed", problem.Warning, nil))
	}
	if s.glued {
		found = append(found, problem.FoundAs(problem.PEMLongLines, "glued", problem.Warning, nil))
	}
	return found
}
