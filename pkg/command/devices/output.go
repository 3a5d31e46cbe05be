package devices

import (
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// AuditView is the result but for its records, which are printed while files are read.
type AuditView struct {
	Against  *AgainstView   `json:"against"`
	Devices  int            `json:"devices"`
	Silent   int            `json:"silent"`
	Unknown  int            `json:"unknown"`
	Left     int            `json:"left"`
	Topics   []TopicView    `json:"topics"`
	Findings []problem.View `json:"findings"`
}

// TopicView is the devices of one topic, in JSON.
type TopicView struct {
	Topic   string        `json:"topic"`
	Devices int           `json:"devices"`
	Profile string        `json:"profile"`
	State   devices.State `json:"state"`
}

// RecordView is where a device was read. It never holds a token.
type RecordView struct {
	File  string        `json:"file"`
	Line  int64         `json:"line"`
	ID    string        `json:"id"`
	Topic string        `json:"topic"`
	State devices.State `json:"state"`
}

func auditView(e *cli.Env, a *deviceAudit, against *AgainstView, c devices.Comparison, findings []problem.Finding) AuditView {
	v := AuditView{
		Against: against, Devices: c.Devices(""), Silent: c.Devices(devices.Silent), Unknown: c.Devices(devices.Unknown),
		Left: a.tally.Left(), Topics: []TopicView{}, Findings: e.FindingViews(findings),
	}
	for _, g := range c.Groups {
		v.Topics = append(v.Topics, TopicView{topicName(g.Topic), g.Devices, g.Profile, g.State})
	}
	return v
}
