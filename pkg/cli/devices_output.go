package cli

import "github.com/apnsctl/apnsctl/pkg/problem"

// auditView is the result but for its records, which are printed while files are read.
type auditView struct {
	Against  *againstView  `json:"against"`
	Devices  int           `json:"devices"`
	Silent   int           `json:"silent"`
	Unknown  int           `json:"unknown"`
	Left     int           `json:"left"`
	Topics   []topicView   `json:"topics"`
	Findings []findingView `json:"findings"`
}

type topicView struct {
	Topic   string  `json:"topic"`
	Devices int     `json:"devices"`
	Profile string  `json:"profile"`
	State   hearing `json:"state"`
}

// recordView is where a device was read. It never holds a token.
type recordView struct {
	File  string  `json:"file"`
	Line  int64   `json:"line"`
	ID    string  `json:"id"`
	Topic string  `json:"topic"`
	State hearing `json:"state"`
}

func (o *auditOptions) auditView(a *deviceAudit, y *yardstick, groups []judged, findings []problem.Finding) auditView {
	v := auditView{
		Against: y.against, Devices: sumDevices(groups, ""), Silent: sumDevices(groups, silent), Unknown: sumDevices(groups, unheardOf),
		Left: a.tally.Left(), Topics: []topicView{}, Findings: o.findingViews(findings),
	}
	for _, g := range groups {
		v.Topics = append(v.Topics, topicView{topicName(g.Topic), g.Devices, g.profile, g.hearing})
	}
	return v
}
