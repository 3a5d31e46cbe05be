package devices

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

const (
	topicA = "com.apple.mgmt.External.0a1b2c3d-0000-4000-8000-00000000000a"
	topicB = "com.apple.mgmt.External.0a1b2c3d-0000-4000-8000-00000000000b"
)

// places reads an input for its topics and shows each row as "line id topic", with what
// else there is to say behind.
func places(in io.Reader) ([]string, error) {
	r := NewTopicReader("input", in)
	var rows []string
	var row Row
	for {
		switch err := r.Next(&row); {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return rows, err
		}
		shown := fmt.Sprintf("%d %s %s", row.Line, row.ID, strings.TrimPrefix(string(row.Topic), "com.apple.mgmt.External.0a1b2c3d-0000-4000-8000-00000000000"))
		if row.Left {
			shown += " left"
		}
		if row.Fault != "" {
			shown += " " + string(row.Fault)
		}
		rows = append(rows, shown)
	}
}

// checkIn is a TokenUpdate in XML.
func checkIn(fields string) string {
	return `<?xml version="1.0"?><plist version="1.0"><dict><key>MessageType</key><string>TokenUpdate</string>` + fields + `</dict></plist>`
}

// field is a text of a property list.
func field(key, value string) string { return "<key>" + key + "</key><string>" + value + "</string>" }

// event is what a webhook gets, on one line.
func event(name, payload string) string {
	return `{"topic":"` + name + `","event_id":"e","created_at":"2026-03-01T00:00:00Z","checkin_event":{"udid":"U1","url_params":null,"raw_payload":"` +
		base64.StdEncoding.EncodeToString([]byte(payload)) + `"}}`
}

func TestTopicsOfExports(t *testing.T) {
	const nano = "id,device_id,user_id,type,topic,push_magic,token_hex,enabled,token_update_tally\n"
	update := checkIn(field("Topic", topicA) + field("UDID", "U1"))
	connect := `{"topic":"mdm.Connect","acknowledge_event":{"udid":"U1","status":"Idle","raw_payload":"AAAA"}}`
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"NanoMDM's table", nano + "U1,U1,NULL,Device," + topicA + ",M," + tokenA + ",1,1\nU1:P,U1,U1:P,User," + topicB + ",M," + tokenB + ",1,1", []string{"2 U1 a", "3 U1:P b"}},
		{"a device that has left", nano + "U1,U1,,Device," + topicA + ",M," + tokenA + ",0,1\nU2,U2,,Device," + topicA + ",M," + tokenA + ",f,1", []string{"2 U1 a left", "3 U2 a left"}},
		{"without tokens", "Serial Number;UDID;MDM Topic\nS1;U1;" + topicA + "\n;;\nS2;;" + topicB, []string{"2 U1 a", "3   no-token", "4 S2 b"}},
		{"what databases and consoles write for nothing", "udid,topic\nU1,NULL\nU2,\\N\nU3,(Unknown)\nNULL," + topicA, []string{"2 U1 ", "3 U2 ", "4 U3 ", "5  a"}},
		{"in quotes", "udid,topic,memo\n\"U\"\"1\"\"\",\"" + topicA + "\",\"x,y\"", []string{`2 U"1" a`}},
		{"the first of two columns of a kind", "udid,topic,push_topic\nU1," + topicA + "," + topicB, []string{"2 U1 a"}},
		{"a broken token does not matter", "udid,topic,token\nU1," + topicA + ",abc", []string{"2 U1 a"}},
		{"a user of a channel", "udid,user_id,topic\nU1,P," + topicA, []string{"2 U1:P a"}},
		{"NanoMDM's rows in JSON", `{"id":"U1","device_id":"U1","user_id":null,"topic":"` + topicA + `","token_hex":"` + tokenA + `","enabled":1}` + "\n" + `{"id":"U2","topic":"` + topicA + `","token_hex":"` + tokenA + `","enabled":false}`, []string{"1 U1 a", "2 U2 a left"}},
		{"MicroMDM's push information", `[{"udid":"U1","token":"` + tokenA + `","push_magic":"M","mdm_topic":"` + topicA + `"},{"UDID":"U2","MDMTopic":"` + topicB + `"}]`, []string{"1 U1 a", "2 U2 b"}},
		{"MicroMDM's devices", `{"devices":[{"serial_number":"S1","udid":"U1","enrollment_status":true},{"serial_number":"S2","udid":"","enrollment_status":false}]}`, []string{"1 U1 ", "2 S2  left"}},
		{"one device over lines", "{\n\"udid\": \"U1\",\n\"topic\": \"" + topicA + "\"\n}\n{\n\"udid\": \"U2\"\n}", []string{"1 U1 a", "2 U2 "}},
		{"an envelope is no device", `{"udid":"x","devices":[{"udid":"U1","topic":"` + topicA + `"}]}`, []string{"1 U1 a"}},
		{"lists in a device are its own", `{"udid":"U1","topic":"` + topicA + `","tags":["x"]}`, []string{"1 U1 a"}},
		{"an id alone is anything's", `[{"id":7},{"id":8,"topic":"` + topicA + `"}]`, []string{"1   no-token", "2 8 a"}},
		{"webhook events, on lines", connect + "\n" + event("mdm.Authenticate", update) + "\n" + event("mdm.TokenUpdate", update), []string{"3 U1 a"}},
		{"webhook events, in a list", "[" + connect + "," + event("mdm.TokenUpdate", update) + "]", []string{"2 U1 a"}},
		{"a webhook event over lines", strings.ReplaceAll(event("mdm.TokenUpdate", update), ",", ",\n"), []string{"1 U1 a"}},
		{"a broken webhook event", event("mdm.TokenUpdate", "nothing"), []string{"1   broken-event"}},
		{"a TokenUpdate", update, []string{"1 U1 a"}},
		{"a TokenUpdate in base64", base64.StdEncoding.EncodeToString([]byte(update)), []string{"1 U1 a"}},
		{"a TokenUpdate of a user", checkIn(field("UDID", "U1") + field("UserID", "P") + field("Topic", topicA)), []string{"1 U1:P a"}},
		{"a TokenUpdate of a User Enrollment", checkIn(field("EnrollmentID", "E1") + field("EnrollmentUserID", "P") + field("Topic", topicA)), []string{"1 E1:P a"}},
		{"a TokenUpdate without topic", checkIn(field("UDID", "U1")), []string{"1 U1 "}},
		{"plain tokens name nothing", tokenA + "\nabc", []string{"1  ", "2   odd-hex"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for what, in := range map[string]io.Reader{"whole": strings.NewReader(c.in), "a byte at a time": iotest.OneByteReader(strings.NewReader(c.in))} {
				got, err := places(in)
				if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
					t.Errorf("%s: %v %s", what, err, diff)
				}
			}
		})
	}
}

// A profile names a topic and nobody's token: it is a row for whoever asks for topics,
// and an error for whoever would push.
func TestEnrollmentProfilesAreForTopicsOnly(t *testing.T) {
	for _, name := range []string{"plain", "binary", "signed", "signed-ber", "signed-pem", "base64"} {
		data, err := os.ReadFile("../../testdata/pushcert/profile/" + name + ".mobileconfig")
		if err != nil {
			t.Fatal(err)
		}
		got, err := places(strings.NewReader(string(data)))
		want := []string{"1  com.apple.mgmt.External.3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c"}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, diff)
		}
		if rows, err := all(strings.NewReader(string(data))); name != "base64" && (err == nil || len(rows) > 0) {
			t.Errorf("%s is something to push to: %v", name, rows)
		}
	}
}

func TestFilesWithoutTopics(t *testing.T) {
	for name, want := range map[string]problem.Code{
		"certificate/mdm-push.pem": problem.WrongRole, "certificate/mdm-push.cer": problem.WrongRole,
		"device/check-out.plist": problem.FileUnrecognised, "profile/wifi.mobileconfig": problem.FileUnrecognised,
		"profile/cut-off.mobileconfig": problem.FileDamaged, "other/archive.zip": problem.FileUnrecognised,
	} {
		data, err := os.ReadFile("../../testdata/pushcert/" + name)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := places(strings.NewReader(string(data)))
		if codeOf(err) != want || len(rows) > 0 {
			t.Errorf("%s: rows %q, error %v, want %s", name, rows, err, want)
		}
	}
}

// Whoever pushes learns the topic of each row too, so that nobody else's device is woken.
func TestTopicsComeWithTokens(t *testing.T) {
	for name, in := range map[string]string{
		"CSV":        "token,topic\n" + tokenA + "," + topicA,
		"JSON lines": `{"token":"` + tokenA + `","mdm_topic":"` + topicA + `"}`,
		"webhook":    event("mdm.TokenUpdate", checkIn(field("Topic", topicA)+"<key>Token</key><data>q6s=</data>")),
	} {
		r, row := NewReader("input", strings.NewReader(in)), Row{}
		if err := r.Next(&row); err != nil || string(row.Topic) != topicA || len(row.Token) == 0 || row.Fault != "" {
			t.Errorf("%s: %v, %+v", name, err, row)
		}
	}
}

func TestPlainIsKnownAfterTheFirstRow(t *testing.T) {
	for in, want := range map[string]bool{tokenA: true, "C02XL0GYJGH5": true, "token\n" + tokenA: false, `{"token":"` + tokenA + `"}`: false} {
		r, row := NewTopicReader("input", strings.NewReader(in)), Row{}
		if err := r.Next(&row); err != nil || r.Plain() != want {
			t.Errorf("%q: plain is %v, %v", in, r.Plain(), err)
		}
	}
}
