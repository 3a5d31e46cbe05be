package push

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/internal/decode"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pushKindOptions say what is pushed: without any, the wake-up of MDM.
type pushKindOptions struct {
	alert, payload   string
	background, voip bool
	expiration       time.Duration
}

func (o *pushKindOptions) app() bool {
	return o.alert != "" || o.payload != "" || o.background || o.voip
}

// pushKind is what a push is to APNs (apns-reference.md 3.2 to 3.4).
type pushKind struct {
	pushType string
	priority int
	suffix   string // of the topic
	body     []byte // nil for MDM, where each device has its own
}

func (k *pushKind) mdm() bool { return k.pushType == "mdm" }

// voipSuffix ends the topics that take pushes for calls, and no others (Apple, "Sending notification
// requests to APNs", apns-push-type).
const voipSuffix = ".voip"

// takes refuses a topic that is for calls alone, unless this is one.
func (k *pushKind) takes(topic string) error {
	if strings.HasSuffix(topic, voipSuffix) && k.suffix != voipSuffix {
		return problem.Say(problem.Usage, "push-voip-topic", problem.Params{"topic": topic})
	}
	return nil
}

// The longest payloads that APNs takes, in bytes (apns-reference.md 3.4).
const (
	maxPayload     = 4096
	maxVoIPPayload = 5120
)

func (o *pushOptions) kindOf() (*pushKind, error) {
	w := &o.kind
	switch {
	case !w.app():
		return &pushKind{pushType: "mdm", priority: 10}, nil
	case w.background && w.voip, w.alert != "" && (w.background || w.voip || w.payload != ""):
		return nil, problem.Say(problem.Usage, "push-kinds", nil)
	case o.input.magic != "":
		return nil, problem.Say(problem.Usage, "push-magic-app", nil)
	}
	k, most := w.appKind(), maxPayload
	if w.payload != "" {
		var err error
		if k.body, err = o.payload(w.payload); err != nil {
			return nil, err
		}
	}
	if w.voip {
		most = maxVoIPPayload
	}
	if len(k.body) > most {
		return nil, problem.Say(problem.Usage, "push-payload-size", problem.Params{"size": strconv.Itoa(len(k.body)), "limit": strconv.Itoa(most)})
	}
	return k, nil
}

// appKind is a push to an app, with the payload that it has without --payload.
func (o *pushKindOptions) appKind() *pushKind {
	switch {
	case o.background:
		return &pushKind{pushType: "background", priority: 5, body: apns.BackgroundBody()}
	case o.voip:
		return &pushKind{pushType: "voip", priority: 10, suffix: voipSuffix, body: []byte(`{"aps":{}}`)}
	}
	return &pushKind{pushType: "alert", priority: 10, body: apns.AlertBody(o.alert)}
}

// payload reads a payload, which has to be a JSON object.
func (o *pushOptions) payload(name string) ([]byte, error) {
	data, err := o.Read(name)
	if err != nil {
		return nil, err
	}
	data, _ = decode.Text(data)
	data = bytes.TrimSpace(data)
	if !json.Valid(data) || data[0] != '{' {
		return nil, problem.Say(problem.Usage, "push-payload", problem.Params{"file": cli.Named(name)})
	}
	return data, nil
}

// notification is what all pushes of the run have in common.
func (j *pushJob) notification() apns.Notification {
	n := apns.Notification{Topic: j.identity.topic, PushType: j.kind.pushType, Priority: j.kind.priority}
	if j.pushOptions.kind.expiration > 0 {
		n.Expiration = j.Now().Add(j.pushOptions.kind.expiration).Unix()
	}
	return n
}

// appendBody appends the body of the push to one device.
func (k *pushKind) appendBody(dst, magic []byte) []byte {
	if k.mdm() {
		return apns.AppendMDMBody(dst, string(magic))
	}
	return append(dst, k.body...)
}
