package pushcert

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// ParseRequest reads a request of any origin as far as it can be read: base64 with
// or without line breaks, not encoded at all, encoded twice, as a binary property list. The findings
// say what is wrong with the form; [CheckRequest] judges the content. The request
// is nil when data holds none, with at least one finding that says why.
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

// unwrap takes the outer base64 off and returns the property list, or nil.
func (r *requestReader) unwrap(data []byte) []byte {
	const bom = "\xef\xbb\xbf"
	const space = " \t\r\n" // at the start only: the end of a DER file may look like it
	data = bytes.TrimLeft(data, space)
	if bytes.HasPrefix(data, []byte(bom)) {
		r.findings = append(r.findings, problem.Found(problem.PEMBOM, problem.Warning, nil))
		data = bytes.TrimLeft(data[len(bom):], space)
	}
	if len(data) == 0 {
		r.refuse(problem.RequestEncoding, "empty", nil)
		return nil
	}
	if isPlist(data) {
		r.refuse(problem.RequestEncoding, "unencoded", nil)
		return data
	}
	if r.isSomethingElse(data) {
		return nil
	}
	once, ok := decodeBase64(data)
	if !ok {
		r.refuse(problem.RequestEncoding, "base64", nil)
		return nil
	}
	if isPlist(once) {
		return once
	}
	if twice, ok := decodeBase64(once); ok && isPlist(twice) {
		r.refuse(problem.RequestEncoding, "double", nil)
		return twice
	}
	if !r.isSomethingElse(once) {
		r.refuse(problem.RequestEncoding, "content", nil)
	}
	return nil
}

// isSomethingElse says so when data is a CSR or a certificate: the commonest
// files to be uploaded in place of the request.
func (r *requestReader) isSomethingElse(data []byte) bool {
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

// dictionary reads the property list and finds fault with forms that Apple does not describe;
// whether the portal takes those is unknown.
func (r *requestReader) dictionary(list []byte) plistDict {
	value, err := readPlist(list)
	dict, ok := value.(map[string]any)
	if err != nil || !ok {
		r.refuse(problem.RequestEncoding, "plist", nil)
		return nil
	}
	switch {
	case bytes.HasPrefix(list, []byte(binaryPlistMagic)):
		r.doubt(problem.RequestEncoding, "binary", nil)
	case !bytes.HasPrefix(bytes.TrimSpace(list), []byte("<?xml")), !bytes.Contains(list, []byte("<!DOCTYPE plist")):
		r.doubt(problem.RequestEncoding, "header", nil)
	}
	return dict
}

// field returns a value's text. A <data> in place of a <string> is read, and said.
func (r *requestReader) field(dict plistDict, key string) []byte {
	switch value := dict[key].(type) {
	case string:
		if text := bytes.TrimSpace([]byte(value)); len(text) > 0 {
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
func (r *requestReader) csr(dict plistDict) *CSR {
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

func (r *requestReader) signature(dict plistDict) []byte {
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

// chain reads the PEM chain. Apple states lines of 64 characters as a condition.
func (r *requestReader) chain(dict plistDict) []*Certificate {
	text := r.field(dict, keyChain)
	if text == nil {
		return nil
	}
	var chain []*Certificate
	scan, blocks := newPEMScan(text), 0
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
	r.findings = append(r.findings, scan.findings()...)
	return chain
}

// decodeBase64 decodes standard base64 with white space anywhere, as mail and
// Windows leave it. Padding must be there: Apple's decoder is not known to do without.
func decodeBase64(text []byte) ([]byte, bool) {
	decoded, err := base64.StdEncoding.DecodeString(withoutSpace(string(text)))
	return decoded, err == nil && len(decoded) > 0
}

func wrongRole(role, expected Role) problem.Params {
	return problem.Params{"role": string(role), "expected_role": string(expected)}
}
