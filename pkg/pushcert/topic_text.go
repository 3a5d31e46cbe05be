package pushcert

import (
	"encoding/asn1"
	"encoding/hex"
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/apnsctl/apnsctl/pkg/internal/decode"
)

// ParseTopic reads a topic as a person copies it from the portal, a device, a certificate or a
// mail: alone, as "UID=…" or "UID : …", as a whole subject in any of its spellings (RFC 4514,
// openssl's with slashes, the attribute by its number), in quotes, in full-width characters. A bare
// UUID, or the portal's "APSP:<uuid>", stands for Apple's usual family. False for what names no MDM topic,
// or two of them.
func ParseTopic(text string) (topic string, ok bool) {
	topic, _ = topicIn(text)
	return topic, topic != ""
}

// ParseFullTopic is [ParseTopic] for what has to be typed in full: a UUID alone is none.
func ParseFullTopic(text string) (topic string, ok bool) {
	topic, full := topicIn(text)
	return topic, full
}

// topicIn finds the one topic that a text names, and whether it stands there in full. Empty if
// there is none, or what stands in its place is none.
func topicIn(text string) (topic string, full bool) {
	pieces := attributesIn(unquoted(norm.NFKC.String(string(decode.Plainer([]byte(text))))))
	for _, piece := range pieces {
		name, value := attributeIn(piece)
		found, isFull := topicOf(value)
		switch {
		case name == "" && len(pieces) > 1, name != "" && name != "uid" && name != "cn":
			continue // part of another attribute
		case name == "cn" && (isFull || found == ""):
			continue // the name of something else
		case found == "", topic != "" && topic != found:
			return "", false
		}
		topic, full = found, full || isFull
	}
	return topic, full
}

// attributesIn splits a subject, with the label that was copied with it or without.
func attributesIn(text string) []string {
	text = strings.TrimSpace(subjectLabel().ReplaceAllString(text, ""))
	separators := ",;\n"
	if strings.HasPrefix(text, "/") {
		separators = "/"
	}
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) })
}

func subjectLabel() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^\s*subject(\s+(dn|name))?\s*[=:]`)
}

// attributeIn splits "UID = value" or "UID : value". The names of the attributes that hold a topic
// come back as uid and cn; "APSP:" belongs to the value.
func attributeIn(piece string) (name, value string) {
	at := strings.IndexByte(piece, '=')
	if at < 0 {
		at = strings.IndexByte(piece, ':')
	}
	if at < 0 {
		return "", unquoted(piece)
	}
	name, value = strings.ToLower(strings.TrimSpace(piece[:at])), unquoted(piece[at+1:])
	switch strings.TrimPrefix(name, "oid.") {
	case "uid", "userid", "user id", "0.9.2342.19200300.100.1.1": // RFC 4519 section 2.39
		return "uid", fromHexValue(value)
	case "cn", "common name", "2.5.4.3":
		return "cn", fromHexValue(value)
	case strings.ToLower(strings.TrimSuffix(mdmCNPrefix, ":")):
		return "cn", value
	}
	return name, value
}

// fromHexValue reads a value as RFC 4514 section 2.4 writes that of an attribute without a name.
func fromHexValue(value string) string {
	digits, isHex := strings.CutPrefix(value, "#")
	der, err := hex.DecodeString(digits)
	var text string
	if !isHex || err != nil {
		return value
	}
	if _, err := asn1.Unmarshal(der, &text); err != nil {
		return value
	}
	return text
}

// topicOf reads one value: a topic in full, or a UUID that stands for one.
func topicOf(value string) (topic string, full bool) {
	uuid := unquoted(strings.TrimPrefix(value, mdmCNPrefix))
	if uuidForm().MatchString(uuid) {
		return mdmTopicPrefix + "External." + strings.ToLower(uuid), false
	}
	rest, isMDM := strings.CutPrefix(value, mdmTopicPrefix)
	if !isMDM || rest == "" || strings.ContainsAny(rest, " \t\n/\\=:\"'") {
		return "", false
	}
	return value, true
}

// unquoted is text without blanks and quotes around it.
func unquoted(text string) string {
	return strings.Trim(text, " \t\r\n\"'`“”‘’„«»「」『』<>")
}

func uuidForm() *regexp.Regexp {
	return regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
}
