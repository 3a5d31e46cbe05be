package pushcert

import (
	"bytes"
	"encoding/pem"
	"maps"
	"slices"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/plist"
)

// ParseRequest checks the bytes of a request as they lie there, as Apple's portal does: base64
// of a property list with three strings. What had to be repaired before it could be read is a
// critical finding, so that a request without one is a request that can be uploaded; what Apple
// is not known to take or refuse is a warning. [CheckRequest] checks the content.
//
// A request of any origin is read as far as possible all the same, for its facts. It is nil when
// data holds none, with at least one finding that says why.
func ParseRequest(data []byte) (*Request, []problem.Finding) {
	var r requestReader
	list := r.unwrap(data)
	if list == nil {
		return nil, r.findings
	}
	dict := r.dictionary(list)
	if dict == nil {
		return nil, r.findings
	}
	return &Request{CSR: r.csr(dict), Chain: r.chain(dict), Signature: r.signature(dict)}, r.findings
}

// requestReader collects what is wrong with a request's form.
type requestReader struct{ findings []problem.Finding }

func (r *requestReader) refuse(code problem.Code, variant string, params problem.Params) {
	r.findings = append(r.findings, problem.FoundAs(code, variant, problem.Critical, params))
}

func (r *requestReader) doubt(code problem.Code, variant string, params problem.Params) {
	r.findings = append(r.findings, problem.FoundAs(code, variant, problem.Warning, params))
}

// dictionary reads the property list and finds fault with forms that Apple does not describe;
// whether the portal takes those is unknown.
func (r *requestReader) dictionary(list []byte) plist.Dict {
	binary := bytes.HasPrefix(list, []byte(plist.BinaryMagic))
	read := plist.ReadXML
	if binary {
		read = plist.ReadBinary
	}
	value, err := read(list)
	dict, ok := value.(map[string]any)
	if err != nil || !ok {
		r.refuse(problem.RequestEncoding, "plist", nil)
		return nil
	}
	switch {
	case binary:
		r.doubt(problem.RequestEncoding, "binary", nil)
	case !isOneDocument(list):
		r.refuse(problem.RequestEncoding, "plist", nil)
	case !hasHeader(list):
		r.doubt(problem.RequestEncoding, "header", nil)
	}
	for _, key := range slices.Sorted(maps.Keys(dict)) {
		if !slices.Contains([]string{keyCSR, keyChain, keySignature}, key) {
			r.doubt(problem.RequestEncoding, "key-extra", problem.Params{"key": key})
			break // one is enough to say so
		}
	}
	return dict
}

// field returns a value's text. A <data> in place of a <string> is read, and said.
func (r *requestReader) field(dict plist.Dict, key string) []byte {
	switch value := dict[key].(type) {
	case string:
		if text := bytes.Trim([]byte(value), requestSpace); len(text) > 0 {
			return text
		}
	case []byte:
		if len(value) > 0 {
			r.refuse(problem.RequestEncoding, "data", problem.Params{"key": key})
			return value
		}
	}
	r.refuse(problem.RequestEncoding, "key-missing", problem.Params{"key": key})
	return nil
}

// csr reads the CSR: base64 of DER as Apple wants it, or with one of the usual mistakes.
func (r *requestReader) csr(dict plist.Dict) *CSR {
	value := r.field(dict, keyCSR)
	if value == nil {
		return nil
	}
	if der, ok := decodeBase64(value); ok {
		value = der
	}
	if block, _ := pem.Decode(value); block != nil {
		r.refuse(problem.RequestEncoding, "csr-pem", problem.Params{"key": keyCSR})
		value = block.Bytes
	}
	csr, err := ParseCSR(value)
	if err != nil {
		r.refuse(problem.RequestEncoding, "csr", problem.Params{"key": keyCSR})
		return nil
	}
	return csr
}

func (r *requestReader) signature(dict plist.Dict) []byte {
	value := r.field(dict, keySignature)
	if _, isData := dict[keySignature].([]byte); isData || value == nil {
		return value
	}
	signature, ok := decodeBase64(value)
	if !ok {
		r.refuse(problem.RequestSignature, "encoding", problem.Params{"key": keySignature})
	}
	return signature
}

// chain reads the PEM chain as leniently as any PEM, and compares its form with Apple's.
func (r *requestReader) chain(dict plist.Dict) []*Certificate {
	text := r.field(dict, keyChain)
	if text == nil {
		return nil
	}
	var chain []*Certificate
	scan, blocks := newPEMScan(text), 0
	before := len(r.findings)
	for block := range scan.blocks() {
		blocks++
		c, err := ParseCertificate(block.der)
		if err != nil {
			r.refuse(problem.RequestChain, "foreign", problem.Params{"position": strconv.Itoa(blocks), "type": block.kind})
			continue
		}
		chain = append(chain, c)
	}
	if scan.truncated || blocks == 0 {
		r.refuse(problem.RequestChain, "damaged", problem.Params{"certificates": strconv.Itoa(blocks)})
	}
	form := formOfChain(text)
	line := problem.Params{"line": strconv.Itoa(form.line)}
	switch {
	case len(r.findings) > before: // the reason is told already
	case form.broken:
		r.refuse(problem.RequestChain, "form", line)
	case form.columns:
		r.refuse(problem.RequestChain, "columns", line)
	case form.around:
		r.doubt(problem.RequestChain, "around", nil)
	}
	if scan.crlf {
		r.doubt(problem.RequestChain, "crlf", nil)
	}
	return chain
}

func wrongRole(role, expected Role) problem.Params {
	return problem.Params{"role": string(role), "expected_role": string(expected)}
}
