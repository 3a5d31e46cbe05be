package fleet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func TestKinds(t *testing.T) {
	fill := func(n int) string { return `{"x":"` + strings.Repeat("x", n-len(`{"x":""}`)) + `"}` }
	for name, row := range map[string]struct {
		content fleet.Content
		payload string
		want    string // push type and suffix, priority and body; else the key of the problem
	}{
		"MDM":                       {want: "mdm 10 "},
		"alert":                     {content: fleet.Content{Alert: "hi"}, want: `alert 10 {"aps":{"alert":"hi"}}`},
		"background":                {content: fleet.Content{Background: true}, want: `background 5 {"aps":{"content-available":1}}`},
		"calls":                     {content: fleet.Content{VoIP: true}, want: `voip.voip 10 {"aps":{}}`},
		"payload":                   {content: fleet.Content{Payload: true}, payload: "\ufeff {\"a\":1}\r\n", want: `alert 10 {"a":1}`},
		"payload in the background": {content: fleet.Content{Background: true, Payload: true}, payload: "{}", want: "background 5 {}"},
		"payload of calls":          {content: fleet.Content{VoIP: true, Payload: true}, payload: "{}", want: "voip.voip 10 {}"},
		"largest":                   {content: fleet.Content{Payload: true}, payload: fill(4096), want: "alert 10 " + fill(4096)},
		"largest of calls":          {content: fleet.Content{VoIP: true, Payload: true}, payload: fill(5120), want: "voip.voip 10 " + fill(5120)},

		"two kinds":            {content: fleet.Content{Background: true, VoIP: true}, want: "usage.push-kinds"},
		"alert and calls":      {content: fleet.Content{Alert: "hi", VoIP: true}, want: "usage.push-kinds"},
		"alert and payload":    {content: fleet.Content{Alert: "hi", Payload: true}, want: "usage.push-kinds"},
		"no JSON":              {content: fleet.Content{Payload: true}, payload: "x", want: "usage.push-payload"},
		"a list":               {content: fleet.Content{Payload: true}, payload: "[]", want: "usage.push-payload"},
		"nothing":              {content: fleet.Content{Payload: true}, payload: " ", want: "usage.push-payload"},
		"an alert too large":   {content: fleet.Content{Alert: strings.Repeat("x", 4096)}, want: "usage.push-payload-size"},
		"too large":            {content: fleet.Content{Payload: true}, payload: fill(4097), want: "usage.push-payload-size"},
		"too large even there": {content: fleet.Content{VoIP: true, Payload: true}, payload: fill(5121), want: "usage.push-payload-size"},
	} {
		kind, err := row.content.Kind()
		if err == nil && row.payload != "" {
			err = kind.SetPayload("payload.json", []byte(row.payload))
		}
		var got string
		if err != nil {
			got = problem.Of(err).Key()
		} else {
			got = kind.PushType + kind.Suffix + map[int]string{5: " 5 ", 10: " 10 "}[kind.Priority] + string(kind.Body)
			if kind.MDM() == row.content.App() {
				t.Errorf("%s: MDM %v", name, kind.MDM())
			}
		}
		if got != row.want {
			t.Errorf("%s: %.80s, want %.80s", name, got, row.want)
		}
	}
}

func TestTopics(t *testing.T) {
	const app, calls, mdm = "com.example.app", "com.example.app.voip", "com.apple.mgmt.External.x"
	for name, row := range map[string]struct {
		content fleet.Content
		topics  []string
		asked   string
		want    string
		err     string
	}{
		"MDM":                     {topics: []string{mdm}, want: mdm},
		"MDM has one":             {topics: []string{mdm, app}, asked: app, err: "topic-mismatch.push"},
		"none":                    {err: "topic-missing.push"},
		"none but one is asked":   {asked: app, err: "topic-missing.push"},
		"an app's first":          {content: fleet.Content{Alert: "hi"}, topics: []string{app, calls}, want: app},
		"an app's first but one":  {content: fleet.Content{Alert: "hi"}, topics: []string{calls, app}, want: app},
		"asked":                   {content: fleet.Content{Alert: "hi"}, topics: []string{app, "other"}, asked: "other", want: "other"},
		"asked and not there":     {content: fleet.Content{Alert: "hi"}, topics: []string{app}, asked: "other", err: "topic-mismatch.push"},
		"calls":                   {content: fleet.Content{VoIP: true}, topics: []string{app, calls}, want: calls},
		"calls of an app's":       {content: fleet.Content{VoIP: true}, topics: []string{app}, want: calls},
		"an alert to calls":       {content: fleet.Content{Alert: "hi"}, topics: []string{calls}, want: calls, err: "usage.push-voip-topic"},
		"an alert to calls asked": {content: fleet.Content{Alert: "hi"}, topics: []string{app, calls}, asked: calls, want: calls, err: "usage.push-voip-topic"},
	} {
		kind, err := row.content.Kind()
		if err != nil {
			t.Fatal(err)
		}
		got, err := kind.Topic(row.topics, row.asked)
		key := ""
		if err != nil {
			key = problem.Of(err).Key()
		}
		if got != row.want || key != row.err {
			t.Errorf("%s: %q, %s; want %q, %s", name, got, key, row.want, row.err)
		}
	}
}

func TestNotification(t *testing.T) {
	kind := fleet.Kind{PushType: "background", Priority: 5}
	for expiration, want := range map[time.Duration]int64{0: 0, time.Minute: 1060} {
		n := kind.Notification("topic", expiration, time.Unix(1000, 0))
		if n.Expiration != want || n.Topic != "topic" || n.PushType != "background" || n.Priority != 5 {
			t.Errorf("%s: %+v", expiration, n)
		}
	}
}
