package fleet

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Content is what is asked to be pushed: nothing of it means the wake-up of MDM.
type Content struct {
	Alert            string // the text that an app shows
	Background, VoIP bool
	Payload          bool // the payload comes by [Kind.SetPayload]
}

// App tells whether the push is for an app, and not for MDM.
func (c Content) App() bool { return c.Alert != "" || c.Background || c.VoIP || c.Payload }

// Kind is what a push is to APNs (apns-reference.md 3.2 to 3.4).
type Kind struct {
	PushType string // apns-push-type
	Priority int    // apns-priority
	Suffix   string // of the topic, after the app's own; empty for most
	Body     []byte // the payload; nil for MDM, where each device has its own
}

// Kind is how the content is pushed. Content that contradicts itself, or is too large for
// APNs, is a usage problem.
func (c Content) Kind() (*Kind, error) {
	switch {
	case !c.App():
		return &Kind{PushType: "mdm", Priority: 10}, nil
	case c.Background && c.VoIP, c.Alert != "" && (c.Background || c.VoIP || c.Payload):
		return nil, problem.Say(problem.Usage, "push-kinds", nil)
	}
	k := c.app()
	return k, k.checkSize()
}

// app is a push to an app, with the payload that it has without one of its own.
func (c Content) app() *Kind {
	switch {
	case c.Background:
		return &Kind{PushType: "background", Priority: 5, Body: apns.BackgroundBody()}
	case c.VoIP:
		return &Kind{PushType: "voip", Priority: 10, Suffix: voipSuffix, Body: []byte(`{"aps":{}}`)}
	}
	return &Kind{PushType: "alert", Priority: 10, Body: apns.AlertBody(c.Alert)}
}

// SetPayload replaces the payload by one from a file, whose name serves the error: what is no
// JSON object, or is too large for APNs, is a usage problem.
func (k *Kind) SetPayload(file string, data []byte) error {
	data, _ = decode.Text(data)
	data = bytes.TrimSpace(data)
	if !json.Valid(data) || data[0] != '{' {
		return problem.Say(problem.Usage, "push-payload", problem.Params{"file": file})
	}
	k.Body = data
	return k.checkSize()
}

// The longest payloads that APNs takes, in bytes (apns-reference.md 3.4).
const (
	maxPayload     = 4096
	maxVoIPPayload = 5120
)

func (k *Kind) checkSize() error {
	most := maxPayload
	if k.Suffix == voipSuffix {
		most = maxVoIPPayload
	}
	if len(k.Body) <= most {
		return nil
	}
	return problem.Say(problem.Usage, "push-payload-size", problem.Params{"size": strconv.Itoa(len(k.Body)), "limit": strconv.Itoa(most)})
}

// MDM tells whether the push is the wake-up of MDM.
func (k *Kind) MDM() bool { return k.PushType == "mdm" }

// voipSuffix ends the topics that take pushes for calls, and no others (Apple, "Sending notification
// requests to APNs", apns-push-type).
const voipSuffix = ".voip"

// CheckTopic refuses a topic that is for calls alone, unless this is a push for calls, with a
// usage problem.
func (k *Kind) CheckTopic(topic string) error {
	if strings.HasSuffix(topic, voipSuffix) && k.Suffix != voipSuffix {
		return problem.Say(problem.Usage, "push-voip-topic", problem.Params{"topic": topic})
	}
	return nil
}

// Topic chooses the topic to push to among those of a certificate: the one that is asked for,
// else the first that takes this kind of push. MDM has one topic only, the first. The problems
// are topic-missing, topic-mismatch (the one asked for is not among them), and usage, with the
// topic all the same.
func (k *Kind) Topic(topics []string, asked string) (string, error) {
	if k.MDM() {
		topics = topics[:min(len(topics), 1)]
	}
	switch {
	case len(topics) == 0:
		return "", problem.Say(problem.TopicMissing, "push", nil)
	case asked != "" && !slices.Contains(topics, asked):
		return "", problem.Say(problem.TopicMismatch, "push", problem.Params{"topic": strings.Join(topics, ", "), "asked_topic": asked})
	case asked != "":
		return asked, k.CheckTopic(asked)
	}
	own := func(t string) bool { return strings.HasSuffix(t, k.Suffix) && k.CheckTopic(t) == nil }
	if i := slices.IndexFunc(topics, own); i >= 0 {
		return topics[i], nil
	}
	topic := topics[0] + k.Suffix
	return topic, k.CheckTopic(topic)
}

// Notification is what all pushes of a run have in common. APNs stores them for a device that
// is away until expiration has passed after now; 0 stores nothing.
func (k *Kind) Notification(topic string, expiration time.Duration, now time.Time) apns.Notification {
	n := apns.Notification{Topic: topic, PushType: k.PushType, Priority: k.Priority}
	if expiration > 0 {
		n.Expiration = now.Add(expiration).Unix()
	}
	return n
}

// appendBody appends the body of the push to one device.
func (k *Kind) appendBody(dst, magic []byte) []byte {
	if k.MDM() {
		return apns.AppendMDMBody(dst, magic)
	}
	return append(dst, k.Body...)
}
