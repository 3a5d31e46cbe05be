package server

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"time"
)

// read makes a document of an answer, or says that it is none. One without any of the names is
// another service's.
func read[T any](d *door, a answer, err error, names ...string) (document T, _ error) {
	if err != nil {
		return document, err
	}
	if len(names) > 0 && !knows(trimmed(a.body), names...) || decode(trimmed(a.body), &document) != nil {
		return document, d.garbled(a)
	}
	return document, nil
}

func decode(text []byte, document any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // a serial number does not fit into a float
	return decoder.Decode(document)
}

// list reads documents that come as an array, or as pages with a name for their rows. Each has to
// have one of the names.
func list[T any](d *door, a answer, err error, names ...string) ([]T, error) {
	raw, err := read[json.RawMessage](d, a, err)
	if err != nil {
		return nil, err
	}
	var all []json.RawMessage
	var page struct{ Results []json.RawMessage }
	if json.Unmarshal(raw, &all) != nil && json.Unmarshal(raw, &page) == nil {
		all = page.Results
	}
	if all == nil {
		return nil, d.garbled(a)
	}
	rows := make([]T, len(all))
	for i, row := range all {
		if !knows(row, names...) || decode(row, &rows[i]) != nil {
			return nil, d.garbled(a)
		}
	}
	return rows, nil
}

// describe is what a certificate says of itself; it is empty for what is none.
func describe(text string) (Held, bool) {
	der := []byte(text)
	if block, _ := pem.Decode(der); block != nil {
		der = block.Bytes
	} else if plain, ok := unbase64(der); ok {
		if block, _ := pem.Decode(plain); block != nil {
			plain = block.Bytes
		}
		der = plain
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return Held{}, false
	}
	h := Held{SerialHex: c.SerialNumber.Text(16), NotAfter: c.NotAfter.UTC(), CommonName: c.Subject.CommonName, Certificate: c.Raw}
	for _, attribute := range c.Subject.Names {
		if value, ok := attribute.Value.(string); ok && attribute.Type.String() == userID {
			h.Topic = value
		}
	}
	return h, true
}

// fill takes what was told beside a certificate, where the certificate did not tell it.
func (h *Held) fill(topic, serial string, notAfter time.Time) {
	h.Topic, h.SerialHex = cmp.Or(h.Topic, topic), cmp.Or(h.SerialHex, serial)
	if h.NotAfter.IsZero() {
		h.NotAfter = notAfter
	}
}

// userID is the attribute of a subject that is the topic (RFC 4519, 2.39).
const userID = "0.9.2342.19200300.100.1.1"

// serial reads a serial number as services show it: in hexadecimal with or without separators, or in
// decimal. Apple's have eight bytes, which more than sixteen digits cannot be in hexadecimal.
func serial(text string, decimal bool) string {
	text = strings.NewReplacer(":", "", " ", "", "-", "").Replace(strings.ToLower(text))
	base := 16
	if digits := strings.Trim(text, "0123456789") == ""; digits && (decimal || len(text) > 16) {
		base = 10
	}
	n, ok := new(big.Int).SetString(strings.TrimPrefix(text, "0x"), base)
	if !ok || n.Sign() <= 0 {
		return ""
	}
	return n.Text(16)
}

// text is a value that some write as a number.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// moment reads a time as services write it, zero for none.
func moment(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil && t.Year() > 1 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// topicIn finds a topic in a text, such as a subject that was written out.
func topicIn(text string) string {
	const prefix = "com.apple.mgmt."
	_, rest, found := strings.Cut(text, prefix)
	if !found {
		return ""
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune(".-_", r) && !isWord(r) })
	if end < 0 {
		end = len(rest)
	}
	return prefix + rest[:end]
}

func isWord(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// unwrap takes off what a service put around the file for Apple's portal: JSON, and base64 once more
// than the portal wants. What is left is base64 of a property list, or the list itself.
func unwrap(body []byte) ([]byte, bool) {
	const deepest = 6
	text := trimmed(body)
	for range deepest {
		if isPlist(text) {
			return text, true
		}
		if inner, ok := inside(text); ok {
			text = trimmed(inner)
			continue
		}
		plain, ok := unbase64(text)
		if !ok {
			return nil, false
		}
		if isPlist(trimmed(plain)) {
			return text, true
		}
		text = trimmed(plain)
	}
	return nil, false
}

// inside is the text in a document of JSON, by the names that services give to it.
func inside(text []byte) ([]byte, bool) {
	var word string
	if json.Unmarshal(text, &word) == nil {
		return []byte(word), true
	}
	var document map[string]any
	if json.Unmarshal(text, &document) != nil {
		return nil, false
	}
	for _, name := range []string{"value", "csr", "data"} {
		if word, ok := document[name].(string); ok {
			return []byte(word), true
		}
	}
	return nil, false
}

func isPlist(text []byte) bool {
	if bytes.HasPrefix(text, []byte("bplist0")) {
		return true
	}
	return bytes.HasPrefix(text, []byte("<")) && bytes.Contains(text[:min(len(text), 1024)], []byte("<plist"))
}

// unbase64 reads base64 of any alphabet, with or without line ends and padding.
func unbase64(text []byte) ([]byte, bool) {
	tight := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(strings.Join(strings.Fields(string(text)), "")), "=")
	plain, err := base64.RawStdEncoding.DecodeString(tight)
	return plain, err == nil && len(plain) > 0
}
