package pushcert

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"strings"
	"unicode"
)

// uidType is the subject attribute that holds the topic (RFC 4519, section 2.39).
func uidType() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}
}

// emailType is the e-mail attribute of old names (RFC 2985, section 5.2.1).
func emailType() asn1.ObjectIdentifier {
	return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}
}

// attribute returns the first value of a subject attribute.
func attribute(name pkix.Name, id asn1.ObjectIdentifier) string {
	for _, a := range name.Names {
		if a.Type.Equal(id) {
			return text(a.Value)
		}
	}
	return ""
}

// distinguished renders a name in the order of its DER, as Apple's portal and
// openssl show it and unlike RFC 4514, whose escapes it uses. The standard library prints
// the UID, the one attribute that matters here, as hexadecimal DER.
func distinguished(name pkix.Name) string {
	parts := make([]string, len(name.Names))
	for i, a := range name.Names {
		parts[i] = shortName(a.Type) + "=" + escape(text(a.Value))
	}
	return strings.Join(parts, ", ")
}

// shortName is the usual abbreviation of an attribute type (RFC 4519), or its number.
func shortName(id asn1.ObjectIdentifier) string {
	switch {
	case id.Equal(uidType()):
		return "UID"
	case id.Equal(emailType()):
		return "emailAddress"
	case id.Equal(asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}):
		return "DC"
	}
	x520 := [...]string{ // below 2.5.4
		3: "CN", 4: "SN", 5: "serialNumber", 6: "C", 7: "L", 8: "ST", 9: "street",
		10: "O", 11: "OU", 12: "title", 17: "postalCode",
	}
	if len(id) == 4 && id[:3].Equal(asn1.ObjectIdentifier{2, 5, 4}) && id[3] < len(x520) && x520[id[3]] != "" {
		return x520[id[3]]
	}
	return id.String()
}

func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	return fmt.Sprint(value)
}

// escape keeps a value on one line and apart from its neighbours (RFC 4514,
// section 2.4): whoever made the certificate chose these bytes, and they reach a terminal.
func escape(value string) string {
	if !strings.ContainsFunc(value, needsEscape) {
		return value
	}
	var b strings.Builder
	for _, r := range value {
		switch {
		case strings.ContainsRune(`,+"\<>;`, r):
			b.WriteRune('\\')
			b.WriteRune(r)
		case needsEscape(r):
			for _, octet := range []byte(string(r)) {
				fmt.Fprintf(&b, `\%02X`, octet)
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func needsEscape(r rune) bool { return strings.ContainsRune(`,+"\<>;`, r) || !unicode.IsPrint(r) }
