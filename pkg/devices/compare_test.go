package devices_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/devices"
)

func TestCompare(t *testing.T) {
	groups := []devices.Group{{Topic: "a", Devices: 5}, {Topic: "b", Devices: 3}, {Topic: "c", Devices: 2}, {Devices: 1}}
	held := map[string][]string{"a": {"acme"}, "b": {"beta", "bis"}}
	for _, row := range []struct {
		name     string
		groups   []devices.Group // groups, unless given
		y        devices.Yardstick
		want     string // the state of each group
		findings string
		profile  string // whose row of the portal the hint names
	}{
		{name: "nothing to hold them against", want: "not-compared not-compared not-compared unknown", findings: "topic-missing.devices"},
		{
			name: "one topic", y: devices.Yardstick{Topic: "a"}, want: "heard silent silent unknown",
			findings: "topic-mismatch.devices.topics topic-missing.devices",
		},
		{
			name: "one topic, and profiles that hold others", y: devices.Yardstick{Topic: "a", Holders: held}, want: "heard silent silent unknown",
			findings: "topic-mismatch.devices.topics topic-missing.devices", profile: "beta",
		},
		{
			name: "a topic that nobody has", y: devices.Yardstick{Topic: "x"}, want: "silent silent silent unknown",
			findings: "topic-mismatch.devices.topics topic-missing.devices",
		},
		{
			name: "all profiles", y: devices.Yardstick{Holders: held}, want: "heard heard silent unknown",
			findings: "topic-mismatch.devices-profiles topic-missing.devices",
		},
		{name: "all hear", groups: groups[:1], y: devices.Yardstick{Topic: "a"}, want: "heard"},
		{name: "most hear", groups: groups[:2], y: devices.Yardstick{Topic: "a"}, want: "heard silent", findings: "topic-mismatch.devices-few"},
		{name: "none hears", groups: groups[:1], y: devices.Yardstick{Topic: "b"}, want: "silent", findings: "topic-mismatch.devices"},
		{name: "of none the topic is known", groups: groups[3:], y: devices.Yardstick{Topic: "a"}, want: "unknown", findings: "topic-missing.devices.all"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.groups == nil {
				row.groups = groups
			}
			c := devices.Compare(row.groups, row.y)
			var states, findings []string
			for _, g := range c.Groups {
				states = append(states, string(g.State))
			}
			for _, f := range c.Findings() {
				findings = append(findings, f.Key())
				if f.Code == "topic-mismatch" && f.Params["profile"] != row.profile {
					t.Errorf("profile %q, want %q", f.Params["profile"], row.profile)
				}
			}
			if diff := cmp.Diff([]string{row.want, row.findings}, []string{strings.Join(states, " "), strings.Join(findings, " ")}); diff != "" {
				t.Error(diff)
			}
		})
	}
}
