package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

type statusOptions struct {
	*Env
	thresholdOptions
}

type statusView struct {
	Items []statusItem `json:"items"`
	// Findings are those that belong to no item: that there is none.
	Findings []findingView `json:"findings"`
}

type statusItem struct {
	Kind         lifecycle.Kind      `json:"kind"`
	Profile      string              `json:"profile"`
	Name         string              `json:"name"` // of a token
	Topic        string              `json:"topic"`
	NotAfter     *string             `json:"not_after"`
	DaysLeft     *int                `json:"days_left"`
	State        lifecycle.Condition `json:"state"`
	PendingDays  *int                `json:"pending_days"`
	AppleAccount string              `json:"apple_account"`
	SerialHex    string              `json:"serial_hex"`
	Findings     []findingView       `json:"findings"`
}

func newStatus(env *Env, run runner[statusOptions]) *cobra.Command {
	o := &statusOptions{Env: env}
	c := command("status [flags]", argCount{0, 0}, func(ctx context.Context, _ []string) error {
		return run.or(runStatus)(ctx, o)
	})
	f := c.Flags()
	o.thresholdOptions.flags(f)
	return c
}

func runStatus(ctx context.Context, o *statusOptions) error {
	s, j, err := o.judged(ctx, trustOptions{}, o.thresholdOptions)
	if err != nil {
		return err
	}
	items, err := o.items(s, j)
	if err != nil {
		return err
	}
	none := nothingWatched(len(items))
	findings := none
	v := statusView{Items: []statusItem{}, Findings: o.findingViews(none)}
	for _, i := range items {
		findings = append(findings, i.Findings...)
		v.Items = append(v.Items, o.view(s, i))
	}
	_, exit := problem.Verdict(findings, o.strict)
	return o.verdict(v, exit, func(p *page) { p.status(items, v.Items) })
}

// nothingWatched is the verdict on an empty config file: a job that watches it would
// otherwise be green for ever.
func nothingWatched(items int) []problem.Finding {
	if items > 0 {
		return nil
	}
	return []problem.Finding{problem.FoundAs(problem.CertificateMissing, "nothing", problem.Critical, nil)}
}

func (o *statusOptions) view(s *lifecycle.State, i lifecycle.Item) statusItem {
	v := statusItem{
		Kind: i.Kind, Profile: i.Profile, State: i.Condition(), PendingDays: i.PendingDays,
		Findings: o.findingViews(i.Findings),
	}
	if p := s.Profiles[i.Profile]; p != nil {
		v.AppleAccount = p.AppleAccount
	}
	if c := i.Certificate; c != nil {
		v.Topic, v.SerialHex = c.Topic(), c.SerialHex()
	}
	if i.Token != nil {
		v.Name = i.Token.Name
	}
	if end := i.End(); end != nil {
		v.NotAfter, v.DaysLeft = new(rfc3339(*end)), new(pushcert.DaysUntil(*end, o.Now()))
	}
	return v
}

// status writes one block an item: the line that matters, then the topic, then what
// is wrong.
func (p *page) status(items []lifecycle.Item, views []statusItem) {
	if len(items) == 0 {
		p.say("status.nothing", nil)
	}
	for n, i := range items {
		v := views[n]
		if n > 0 {
			p.blank()
		}
		p.b.WriteString(p.env.IO.Paint(term.Bold, term.Clean(p.itemName(i))) + "  " +
			p.env.IO.Paint(conditionStyle(v.State), p.env.T("output.condition."+string(v.State), nil)) + "\n")
		var fields []field
		if end := i.End(); end != nil {
			uid := "topic"
			if i.Kind == lifecycle.KindVendor {
				uid = "uid"
			}
			fields = append(
				fields,
				field{label: "days-left", value: p.env.days(*v.DaysLeft), style: conditionStyle(v.State)},
				field{label: "not-after", value: p.env.stamp(*end)},
				field{label: uid, value: v.Topic},
				field{label: "serial-hex", value: v.SerialHex},
			)
		}
		fields = append(fields, field{label: "apple-account", value: v.AppleAccount})
		if v.PendingDays != nil {
			fields = append(fields, field{label: "pending", value: p.env.T("output.status.pending", problem.Params{"days": strconv.Itoa(*v.PendingDays)})})
		}
		p.fields(fields...)
		p.findings(i.Findings)
	}
}

func (p *page) itemName(i lifecycle.Item) string {
	switch i.Kind {
	case lifecycle.KindVendor:
		return p.env.T("output.status.vendor", problem.Params{"vendor": i.Certificate.Organization()})
	case lifecycle.KindADEToken:
		return p.env.T("output.status.ade-token", problem.Params{"name": i.Token.Name})
	case lifecycle.KindContentToken:
		return p.env.T("output.status.content-token", problem.Params{"name": i.Token.Name})
	}
	return i.Profile
}

func conditionStyle(c lifecycle.Condition) term.Style {
	switch c {
	case lifecycle.ConditionOK:
		return term.Green
	case lifecycle.ConditionWarning:
		return term.Yellow
	}
	return term.Red
}
