package deliver

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"mime"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one person.
type Message struct {
	From, To string
	Subject  string
	Text     string
	HTML     string
	Language string // RFC 3282, "en" or "ja"
	// ID is what the Message-ID is made of. The same ID is the same mail, so that a mailbox can
	// tell a repetition.
	ID   string
	Date time.Time
}

// EML is the mail as it is sent (RFC 5322): text and HTML, multipart/alternative.
func (m Message) EML() ([]byte, error) {
	made, err := m.made()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err = made.WriteTo(&out)
	return out.Bytes(), err
}

// made is the mail for the library. Nothing in it is left to chance or to the clock, so that the
// same mail is the same bytes.
func (m Message) made() (*gomail.Msg, error) {
	name := fingerprint(m.ID)
	made := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingQP), gomail.WithBoundary("apnsctl-"+name))
	if err := made.From(m.From); err != nil {
		return nil, err
	}
	if err := made.To(m.To); err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(m.From)
	if err != nil {
		return nil, err
	}
	made.SetGenHeaderPreformatted(gomail.HeaderSubject, encoded(m.Subject))
	made.SetDateWithValue(m.Date)
	made.SetMessageIDWithValue("apnsctl." + name + from.Address[strings.LastIndexByte(from.Address, '@'):])
	made.SetUserAgent("apnsctl")
	made.SetGenHeader(gomail.Header("Auto-Submitted"), "auto-generated") // RFC 3834: no answering machine answers
	made.SetGenHeader(gomail.Header("Content-Language"), m.Language)
	made.SetBodyString(gomail.TypeTextPlain, m.Text)
	made.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return made, nil
}

// encoded is a subject in encoded words (RFC 2047) that begin on its first line: some readers show
// the line end before them, where the library puts one, as a space.
func encoded(subject string) string {
	const most = 36 // bytes of a word, so that it fits beside the header's name
	if mime.QEncoding.Encode("UTF-8", subject) == subject {
		return subject
	}
	var words []string
	for text := []byte(subject); len(text) > 0; {
		end := min(most, len(text))
		for end < len(text) && end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
			end--
		}
		words = append(words, "=?UTF-8?b?"+base64.StdEncoding.EncodeToString(text[:end])+"?=")
		text = text[end:]
	}
	return strings.Join(words, "\r\n ")
}

// fingerprint is an ID in characters that fit everywhere.
func fingerprint(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:16])
}
