package pushcert

import (
	"bytes"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/internal/sshkey"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/ber"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/pbe"
	"github.com/apnsctl/apnsctl/pkg/pushcert/internal/plist"
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
	r := reader{name: name, original: data, secret: secret{ask: password}, iterations: pbe.MaxIterations}
	if err := r.read(data); err != nil {
		return nil, err
	}
	r.file.classify()
	return &r.file, nil
}

// reader collects what one file holds.
type reader struct {
	file       File
	name       string
	original   []byte // the whole file; only a request is checked by it
	secret     secret
	iterations pbe.Budget
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
	case isBlank(data):
		return unrecognised("empty")
	case isDER(data):
		return r.der(data)
	case bytes.HasPrefix(data, []byte(plist.BinaryMagic)):
		return r.plist(data)
	}
	text, marked := decoded(data)
	if !isText(text) {
		return r.binary(text)
	}
	r.marked = append(r.marked, marked...)
	return r.text(text)
}

// isBlank tells that nothing is in a file, as after a download that failed or a disk that did.
func isBlank(data []byte) bool { return len(bytes.Trim(data, " \t\r\n\x00")) == 0 }

// isDER tells a DER or BER element from text that begins with the digit 0, which is
// the same byte, also in UTF-16.
func isDER(data []byte) bool {
	return data[0] == ber.Sequence && len(data) > 1 && data[1] != 0 && (data[1] >= unsizedOctet || !isText(data))
}

func (r *reader) text(text []byte) error {
	head := bytes.TrimLeft(text, " \t\r\n")
	switch {
	case plist.Is(head):
		return r.plist(head)
	case isHTML(head):
		r.file.Role = RoleHTML
		return nil
	case isMIME(head):
		return r.mime(head)
	}
	plain, changed := repaired(text)
	switch {
	case bytes.Contains(plain, []byte(pemBegin)):
		r.file.found(r.marked...)
		return r.pem(plain, changed)
	case bytes.HasPrefix(head, []byte("{")):
		return r.json(head)
	}
	return r.encoded(plain)
}

// holdsRequest looks for the base64 of how a request begins, whatever stands around it: XML
// declaration, DOCTYPE, plist, or the binary form.
func holdsRequest(text []byte) bool {
	for _, head := range []string{"PD94bWw", "PCFET0NUWVBF", "PHBsaXN0", "YnBsaXN0MD"} {
		if bytes.Contains(text, []byte(head)) {
			return true
		}
	}
	return false
}

// encoded reads text that may be another file in hex or base64.
func (r *reader) encoded(text []byte) error {
	text = bytes.Trim(unescaped(text), "\"' \t\r\n") // the quotation marks of an env file
	if data, ok := fromHex(text); ok {
		if isBlank(data) {
			return unrecognised("plain-text")
		}
		r.hex = true
		return r.read(data)
	}
	if err := ofOthers(text); err != nil {
		return err
	}
	data, ok := fromBase64(text)
	twice, double := fromBase64(data)
	switch {
	case plist.Is(data) && !isBroken(data):
		return r.plist(data)
	case double && plist.Is(twice):
		return r.plist(twice)
	case holdsRequest(text), isRequest(data):
		return r.request()
	case !ok, isBlank(data), isText(data) && !bytes.HasPrefix(data, []byte("{")) && !bytes.Contains(data, []byte(pemBegin)):
		return unrecognised("plain-text") // a word of base64 letters decodes to something too
	}
	return r.read(data)
}

// ofOthers tells texts that have another use.
func ofOthers(text []byte) error {
	switch {
	case isJWT(text):
		return unrecognised("other.jwt")
	case isSSHPublic(text):
		return unrecognised("ssh-public")
	case isAgeIdentity(text):
		return unrecognised("age-identity")
	}
	return nil
}

// isSSHPublic tells the line of a public key of SSH, of the kinds that open a config file.
func isSSHPublic(text []byte) bool {
	_, more, _ := bytes.Cut(text, []byte("\n"))
	key, err := sshkey.ParseLine(string(text))
	return err == nil && len(more) == 0 && (key.Ed25519 != nil || key.RSA != nil)
}

// isAgeIdentity tells a file of identities; in config files they stand behind a name.
func isAgeIdentity(text []byte) bool {
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(line, []byte("AGE-SECRET-KEY-")) || bytes.HasPrefix(line, []byte("AGE-PLUGIN-")) {
			return true
		}
	}
	return false
}

// isBroken tells whether a property list cannot be read. In base64 it most likely was a request,
// the one file of the process that has to be.
func isBroken(list []byte) bool {
	_, err := plist.Read(list)
	return err != nil
}

// binary names the kinds of binary files that people offer by mistake.
func (r *reader) binary(data []byte) error {
	begins := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case begins("\xFE\xED\xFE\xED"), begins("\xCE\xCE\xCE\xCE"):
		return unsupported("jks")
	case begins("PK\x03\x04"), begins("\x1F\x8B"):
		return unrecognised("archive")
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
