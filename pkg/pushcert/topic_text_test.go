package pushcert

import (
	"encoding/hex"
	"strings"
	"testing"
)

func TestParseTopic(t *testing.T) {
	const uuid = "0a1b2c3d-0000-4000-8000-00000000abcd"
	const topic = "com.apple.mgmt.External." + uuid
	const other = "com.apple.mgmt.External.ffffffff-0000-4000-8000-00000000abcd"
	const oid = "0.9.2342.19200300.100.1.1"
	inHex := "#0c" + hex.EncodeToString([]byte{byte(len(topic))}) + hex.EncodeToString([]byte(topic))
	for _, tt := range []struct {
		name, in, want string
		full           bool // it is typed in full
	}{
		{"as it is", topic, topic, true},
		{"as the portal shows it", " UID=" + topic + "\n", topic, true},
		{"blanks around the sign", "UID = " + topic, topic, true},
		{"a colon", "UID : " + topic, topic, true},
		{"a colon at once", "UID:" + topic, topic, true},
		{"small letters", "uid = " + topic, topic, true},
		{"by another name", "userId=" + topic, topic, true},
		{"as Keychain Access names it", "User ID: " + topic, topic, true},
		{"by its number", oid + "=" + topic, topic, true},
		{"by its number, as Java writes it", "OID." + oid + " = " + topic, topic, true},
		{"by its number, in hex", oid + "=" + inHex, topic, true},
		{"double quotes", `"` + topic + `"`, topic, true},
		{"single quotes, blanks", " ' " + topic + " ' ", topic, true},
		{"typographic quotes", "“" + topic + "”", topic, true},
		{"Japanese quotes", "「" + topic + "」", topic, true},
		{"quotes around the value", `UID="` + topic + `"`, topic, true},
		{"full-width sign", "UID＝" + topic, topic, true},
		{"full-width colon and blanks", "UID\u3000：\u3000" + topic, topic, true},
		{"full-width throughout", fullWidth("UID = " + topic), topic, true},
		{"hard blanks", "UID\u00a0=\u00a0" + topic, topic, true},
		{"no width", "\ufeff" + topic[:30] + "\u200b" + topic[30:], topic, true},
		{"dashes of an editor", strings.ReplaceAll(topic, "-", "–"), topic, true},
		{"a subject with commas", "UID=" + topic + ", CN=APSP:" + uuid + ", C=JP", topic, true},
		{"a subject as openssl 3 prints it", "subject=UID = " + topic + ", CN = APSP:" + uuid + ", C = JP", topic, true},
		{"a subject with slashes", "/UID=" + topic + "/CN=APSP:" + uuid + "/C=US", topic, true},
		{"a label and slashes", "subject= /UID=" + topic + "/CN=APSP:" + uuid, topic, true},
		{"a subject the other way round", "C=JP,CN=APSP:" + uuid + "," + oid + "=" + topic, topic, true},
		{"a subject in lines", "UID = " + topic + "\r\nCN = APSP:" + uuid + "\r\nC = JP\r\n", topic, true},
		{"a subject with semicolons", "UID=" + topic + "; CN=x; O=Acme", topic, true},
		{"a label of its own", "Subject DN: UID=" + topic + ", C=JP", topic, true},
		{"a company with a comma", `UID=` + topic + `, O="Acme, Inc."`, topic, true},
		{"a bare UUID", "0A1B2C3D-0000-4000-8000-00000000ABCD", topic, false},
		{"the common name", "CN=APSP:" + uuid, topic, false},
		{"the common name, spaced", "CN = APSP: " + uuid, topic, false},
		{"the common name with a colon", "CN : APSP:" + uuid, topic, false},
		{"the common name alone", "APSP:" + uuid, topic, false},
		{"Profile Manager's", "com.apple.mgmt.XServer.x", "com.apple.mgmt.XServer.x", true},
		{"a file name", "topic.pem", "", false},
		{"an app's topic", "com.example.app", "", false},
		{"an app's subject", "UID=com.example.app, CN=Apple Push Services: com.example.app", "", false},
		{"two words", topic + " x", "", false},
		{"two topics", "UID=" + topic + ", UID=" + other, "", false},
		{"two that contradict each other", "UID=" + other + ", CN=APSP:" + uuid, "", false},
		{"the beginning alone", "com.apple.mgmt.", "", false},
		{"another attribute", "O=" + topic, "", false},
		{"another name", "CN=" + topic, "", false},
		{"a beginning in a name", "CN=" + topic[:20], "", false},
		{"a path", "/home/" + topic, "", false},
		{"a sign alone", "=", "", false},
		{"hex of nothing", oid + "=#zz", "", false},
		{"nothing", "", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := ParseTopic(tt.in)
			if ok != (tt.want != "") || ok && got != tt.want {
				t.Errorf("ParseTopic(%q) = %q, %v; want %q", tt.in, got, ok, tt.want)
			}
			if got, ok := ParseFullTopic(tt.in); ok != tt.full || ok && got != tt.want {
				t.Errorf("ParseFullTopic(%q) = %q, %v; want %v", tt.in, got, ok, tt.full)
			}
		})
	}
}

// fullWidth writes ASCII as a Japanese input method does.
func fullWidth(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' {
			return '\u3000'
		}
		return r + 0xFEE0
	}, text)
}

func TestIsWholeTopic(t *testing.T) {
	const uuid = "0a1b2c3d-0000-4000-8000-00000000abcd"
	for topic, want := range map[string]bool{
		"com.apple.mgmt.External." + uuid:      true,
		"com.apple.mgmt.XServer." + uuid:       true, // Profile Manager's
		"com.apple.mgmt.External." + uuid[:35]: false,
		"com.apple.mgmt.External." + uuid[9:]:  false,
		"com.apple.mgmt.External":              false,
		"":                                     false,
	} {
		if got := IsWholeTopic(topic); got != want {
			t.Errorf("%q: %v, want %v", topic, got, want)
		}
	}
}

func FuzzParseTopic(f *testing.F) {
	for _, seed := range []string{"", "UID = com.apple.mgmt.External.x", "/UID=#0c00/CN=APSP:", "UID＝「com.apple.mgmt.A」", "0.9.2342.19200300.100.1.1=#0c0141"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		topic, ok := ParseTopic(text)
		if !ok {
			return
		}
		if again, ok := ParseTopic(topic); !ok || again != topic {
			t.Errorf("%q gives %q, and that gives %q, %v", text, topic, again, ok)
		}
		if !strings.HasPrefix(topic, mdmTopicPrefix) {
			t.Errorf("%q gives %q", text, topic)
		}
	})
}
