package pushcert

import (
	"bytes"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// maxWrappers is how many encodings may lie around each other: a signed profile
// in base64 in a saved mail has three.
const maxWrappers = 4

// Read tells what a file is, from its content alone. The name serves only the
// expiry date of an Automated Device Enrollment token, which stands nowhere else.
//
// password is called at most once, and only when something is encrypted and the
// empty password does not open it. It may be nil, or return nil without an error, when there
// is none to be had: a key then stays locked (finding key-encrypted.locked) and a
// PKCS #12 file is a password-missing problem. Its errors are returned as they are.
//
// The problems are input-too-large, file-unrecognised, file-unsupported,
// file-damaged, password-missing, password-wrong, key-missing and
// certificate-missing (half a PKCS #12). The file is nil with any of them. Time
// and memory are bounded whatever the file asks for.
func Read(name string, data []byte, password func() ([]byte, error)) (*File, error) {
	if len(data) > MaxFileSize {
		return nil, problem.New(problem.InputTooLarge, problem.Params{
			"size": strconv.Itoa(len(data)), "limit": strconv.Itoa(MaxFileSize),
		})
	}
	r := reader{name: name, secret: secret{ask: password}, iterations: maxIterations}
	if err := r.read(data); err != nil {
		return nil, err
	}
	r.file.settle()
	return &r.file, nil
}

// reader collects what one file holds.
type reader struct {
	file       File
	name       string
	secret     secret
	iterations budget
	wrappers   int
	hex        bool              // the file was hex text, as only mdmcert.download writes it
	marked     []problem.Finding // the byte order mark, for files in which it matters
}

// secret is the password of a file, asked for once.
type secret struct {
	ask   func() ([]byte, error)
	asked bool
	value []byte
	err   error
}

// get returns the password; nil if there is none to be had.
func (s *secret) get() ([]byte, error) {
	if s.ask != nil && !s.asked {
		s.asked = true
		s.value, s.err = s.ask()
	}
	return s.value, s.err
}

// read finds the format by the first bytes (reference 5.4), from the surest mark
// to the weakest.
func (r *reader) read(data []byte) error {
	if r.wrappers++; r.wrappers > maxWrappers {
		return unrecognised("wrapped")
	}
	defer func() { r.wrappers-- }()
	switch {
	case len(bytes.Trim(data, " \t\r\n\x00")) == 0:
		return unrecognised("empty")
	case isDER(data):
		return r.der(data)
	case bytes.HasPrefix(data, []byte(binaryPlistMagic)):
		return r.plist(data, data)
	}
	text, marked := unmarked(data)
	if !isText(text) {
		return r.binary(text)
	}
	r.marked = append(r.marked, marked...)
	return r.text(text)
}

// isDER tells a DER or BER element from text that begins with the digit 0, which is
// the same byte.
func isDER(data []byte) bool {
	return data[0] == derSequence && len(data) > 1 && (data[1] >= berUnsized || !isText(data))
}

func (r *reader) text(text []byte) error {
	head := bytes.TrimLeft(text, " \t\r\n")
	switch {
	case isPlist(head):
		return r.plist(head, text)
	case isHTML(head):
		r.file.Role = RoleHTML
		return nil
	case isMIME(head):
		return r.mime(head)
	case bytes.Contains(text, []byte(pemBegin)):
		r.file.found(r.marked...)
		return r.pem(text)
	case bytes.HasPrefix(head, []byte("{")):
		return r.json(head)
	}
	return r.encoded(text)
}

// xmlInBase64 is how the base64 of "<?xml" begins: of a request, even of a damaged one.
const xmlInBase64 = "PD94bWw"

// encoded reads text that may be another file in hex or base64.
func (r *reader) encoded(text []byte) error {
	if data, ok := fromHex(text); ok {
		r.hex = true
		return r.read(data)
	}
	if isJWT(text) {
		return unrecognised("jwt")
	}
	data, ok := fromBase64(text)
	twice, double := fromBase64(data)
	switch {
	case !ok && bytes.HasPrefix(bytes.TrimLeft(text, "\"' \t\r\n"), []byte(xmlInBase64)):
		return r.request(text)
	case !ok:
		return unrecognised("plain-text")
	case isPlist(data):
		return r.plist(data, text)
	case double && isPlist(twice):
		return r.plist(twice, text)
	case isText(data) && !bytes.HasPrefix(data, []byte("{")) && !bytes.Contains(data, []byte(pemBegin)):
		return unrecognised("plain-text") // a word of base64 letters decodes to something too
	}
	return r.read(data)
}

// binary names the kinds of binary files that people offer by mistake.
func (r *reader) binary(data []byte) error {
	for magic, refusal := range map[string]error{
		"\xFE\xED\xFE\xED": unsupported("jks"),
		"\xCE\xCE\xCE\xCE": unsupported("jks"),
		"PK\x03\x04":       unrecognised("archive"),
		"\x1F\x8B":         unrecognised("archive"),
	} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return refusal
		}
	}
	return unrecognised("binary")
}

// unrecognised says what a file looks like that is none of ours.
func unrecognised(looksLike string) error {
	return problem.Say(problem.FileUnrecognised, looksLike, nil)
}

// unsupported says why a file of ours cannot be read.
func unsupported(why string) error { return problem.Say(problem.FileUnsupported, why, nil) }

// unsupportedAlgorithm says which algorithm of a file of ours is not read.
func unsupportedAlgorithm(why, algorithm string) error {
	return problem.Say(problem.FileUnsupported, why, problem.Params{"algorithm": algorithm})
}

// damaged says which part of a file of ours cannot be read.
func damaged(part string, cause error) error {
	return problem.Say(problem.FileDamaged, part, nil).Because(cause)
}
