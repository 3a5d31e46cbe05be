package push

import (
	"time"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pushKindOptions say what is pushed: without any, the wake-up of MDM.
type pushKindOptions struct {
	alert, payload   string
	background, voip bool
	expiration       time.Duration
}

func (o *pushKindOptions) content() fleet.Content {
	return fleet.Content{Alert: o.alert, Background: o.background, VoIP: o.voip, Payload: o.payload != ""}
}

// kindOf is what the flags ask for, with the payload that they name.
func (o *pushOptions) kindOf() (*fleet.Kind, error) {
	content := o.kind.content()
	kind, err := content.Kind()
	switch {
	case err != nil:
		return nil, err
	case content.App() && o.input.magic != "":
		return nil, problem.Say(problem.Usage, "exclusive.magic", nil)
	case !content.Payload:
		return kind, nil
	}
	data, err := o.Read(o.kind.payload)
	if err != nil {
		return nil, err
	}
	return kind, kind.SetPayload(disk.Named(o.kind.payload), data)
}
