package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

type verifyOptions struct {
	*Env
	file, against string
	trust         trustOptions
	thresholdOptions
	passwordFile string
}

type verifyView struct {
	Verdict  string       `json:"verdict"`
	ExitCode problem.Exit `json:"exit_code"`
	Items    []verifyItem `json:"items"`
	// Findings are those that belong to no item: that there is none.
	Findings []findingView `json:"findings"`
}

type verifyItem struct {
	Kind     lifecycle.Kind `json:"kind"`
	Profile  string         `json:"profile"`
	Name     string         `json:"name"` // of a token
	File     string         `json:"file"`
	Role     pushcert.Role  `json:"role"`
	Topic    string         `json:"topic"`
	NotAfter *string        `json:"not_after"`
	DaysLeft *int           `json:"days_left"`
	Stored   *storedView    `json:"stored"`
	Findings []findingView  `json:"findings"`
}

func newVerify(env *Env, run runner[verifyOptions]) *cobra.Command {
	o := &verifyOptions{Env: env}
	c := command("verify [FILE] [flags]", argCount{0, 1}, func(ctx context.Context, args []string) error {
		o.file = strings.Join(args, "")
		return run.or(runVerify)(ctx, o)
	})
	f := c.Flags()
	f.StringVar(&o.against, "against", "", "FILE|TOPIC")
	f.StringVar(&o.trust.root, "trust-root", "", "FILE")
	f.StringVar(&o.trust.chain, "chain", "", "FILE")
	f.StringVar(&o.passwordFile, "file-password-file", "", "FILE")
	o.thresholdOptions.flags(f)
	return c
}

// checked is one thing that was verified.
type checked struct {
	item        verifyItem
	certificate *pushcert.Certificate
	token       *lifecycle.Token
	stored      *pushcert.Certificate
	findings    []problem.Finding
}

func runVerify(ctx context.Context, o *verifyOptions) error {
	s, err := o.state(ctx)
	if err != nil && (o.file == "" || problem.Of(err).Code != problem.NotInitialised) {
		return err
	}
	// Without a config file a certificate still has --against, and a request needs neither.
	missing := err
	j, err := o.judge(ctx, s, o.trust, o.thresholdOptions)
	if err != nil {
		return err
	}
	var all []checked
	if o.file == "" {
		all, err = o.storedItems(s, j)
	} else {
		var one checked
		one, err = o.verifyFile(s, missing, j)
		one.findings = aboutFile(o.file, one.findings)
		all = []checked{one}
	}
	if err != nil {
		return err
	}
	return o.report(all)
}

// storedItems judges what the config file holds: all of it, or one profile.
func (o *verifyOptions) storedItems(s *lifecycle.State, j lifecycle.Judge) ([]checked, error) {
	if o.against != "" {
		return nil, problem.Say(problem.Usage, "against-needs-file", nil)
	}
	items, err := o.items(s, j)
	if err != nil {
		return nil, err
	}
	all := []checked{}
	for _, i := range items {
		c := checked{certificate: i.Certificate, token: i.Token, findings: i.Findings}
		c.item = verifyItem{Kind: i.Kind, Profile: i.Profile, Role: roleOf(i)}
		all = append(all, c)
	}
	return all, nil
}

// items are the watched items that -p selects, or all.
func (e *Env) items(s *lifecycle.State, j lifecycle.Judge) ([]lifecycle.Item, error) {
	if name := e.profileName(); name != "" {
		item, err := s.ItemOf(name, j)
		return []lifecycle.Item{item}, err
	}
	return s.Items(j)
}

func roleOf(i lifecycle.Item) pushcert.Role {
	switch {
	case i.Token != nil:
		return pushcert.Role(i.Kind)
	case i.Certificate != nil:
		return i.Certificate.Role()
	}
	return pushcert.RoleUnknown
}

// report prints the verdict over everything that was checked.
func (o *verifyOptions) report(all []checked) error {
	none := nothingWatched(len(all))
	findings := none
	v := verifyView{Items: []verifyItem{}, Findings: o.findingViews(none)}
	for _, c := range all {
		findings = append(findings, c.findings...)
		c.item.Findings = o.findingViews(c.findings)
		c.item.Stored = newStoredView(c.stored)
		if cert := c.certificate; cert != nil {
			c.item.Topic = cert.Topic()
			c.item.NotAfter = new(rfc3339(cert.X509.NotAfter))
			c.item.DaysLeft = new(cert.DaysLeft(o.Now()))
		}
		if t := c.token; t != nil {
			c.item.Name = t.Name
			c.item.NotAfter = new(rfc3339(t.NotAfter))
			c.item.DaysLeft = new(pushcert.DaysUntil(t.NotAfter, o.Now()))
		}
		v.Items = append(v.Items, c.item)
	}
	worst, exit := problem.Verdict(findings, o.strict)
	v.Verdict, v.ExitCode = worst.String(), exit
	return o.verdict(v, exit, func(p *page) {
		for _, c := range all {
			p.checked(c)
			p.blank()
		}
		if len(all) == 0 {
			p.say("verify.nothing", nil)
			p.blank()
		}
		p.verdictLine(worst, exit)
	})
}

func (p *page) checked(c checked) {
	params := problem.Params{"file": named(c.item.File), "profile": c.item.Profile}
	heading := "verify.profile"
	switch {
	case c.token != nil:
		p.say("verify.token", nil)
		p.token(*c.token)
		p.findings(c.findings)
		return
	case c.item.File != "":
		heading = "verify.file"
	case c.item.Kind == lifecycle.KindVendor:
		heading = "verify.vendor"
	}
	p.say(heading, params)
	fields := []field{{label: "role", value: p.role(c.item.Role)}}
	if c.certificate != nil {
		fields = append(fields, p.env.certificateFields(c.certificate)...)
	}
	if c.stored != nil && c.stored.SHA256() != c.certificate.SHA256() {
		fields = append(
			fields,
			field{label: "stored-topic", value: c.stored.Topic()},
			field{label: "stored-serial", value: c.stored.SerialHex()},
			field{label: "stored-until", value: p.env.stamp(c.stored.X509.NotAfter)},
		)
	}
	p.fields(fields...)
	p.findings(c.findings)
}

// role names a role for a person, with the contract's word beside it.
func (p *page) role(r pushcert.Role) string {
	return string(r) + " (" + p.env.T("output.role."+string(r)+".name", nil) + ")"
}
