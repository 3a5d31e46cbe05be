package request

import (
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// report is one result for one profile, and a list with --due.
func (o *csrOptions) report(files []written, rehearsal bool) error {
	views := []CSRView{}
	for _, f := range files {
		v, err := f.view(o.Env)
		if err != nil {
			return err
		}
		views = append(views, v)
	}
	var view any = DueView{views, o.FindingViews(o.left())}
	if !o.due {
		view = views[0]
	}
	return o.Result(view, func(p *cli.Page) {
		for i, f := range files {
			p.Blank()
			o.writeRequest(p, f, views[i], rehearsal)
		}
		o.writeLeftOut(p)
	})
}

// writeRequest writes a request that was made: the file, who signed it, and what comes next.
func (o *csrOptions) writeRequest(p *cli.Page, f written, v CSRView, rehearsal bool) {
	portal := "output.place.apple-alone"
	if rehearsal {
		portal = "output.place.simulator"
	}
	params := problem.Params{"profile": v.Profile, "topic": v.Topic, "place": p.Env.T(portal, nil)}
	kind := "unsigned"
	if v.Signed {
		kind = "signed"
	}
	p.Say("csr."+kind, params)
	p.Fields(
		page.Field{Label: "file", Value: v.Path},
		page.Field{Label: "size", Value: strconv.Itoa(v.Bytes) + " B"},
		page.Field{Label: "sha256", Value: v.SHA256},
		page.Field{Label: "topic", Value: v.Topic},
		page.Field{Label: "vendor", Value: v.Vendor},
		page.Field{Label: "vendor-serial", Value: v.VendorSerial},
	)
	switch params["server"] = f.server(); {
	case v.Reused && f.fetched != nil:
		p.Say("csr.reused-server", params)
	case v.Reused:
		p.Say("csr.reused", params)
	}
	if len(f.recipients) > 0 {
		p.Say("csr.recipients", problem.Params{"count": strconv.Itoa(len(f.recipients))})
	}
	p.Findings(f.Findings)
	switch {
	case !v.Signed:
		p.Advise("csr.next-unsigned", params)
	case v.Topic != "":
		p.Advise("csr.next-renew", params)
	case f.First:
		p.Advise("csr.next-create", params)
	case o.enrolled:
		p.Advise("csr.next-topic", params)
	default:
		p.Advise("csr.next-ask", params)
	}
}

// ownRequests are the profiles that get a request made here, or one of their server. Those whose key another product
// holds are left out, unless a person has asked for a request of such a one by its name: a key made here would take
// the place of the product's.
func (o *csrOptions) ownRequests(s *lifecycle.State, due []string) []string {
	var left []string
	kept := slices.DeleteFunc(due, func(name string) bool {
		elsewhere := s.Route(name, o.Now()) == lifecycle.RouteElsewhere
		if elsewhere {
			left = append(left, name)
		}
		return elsewhere
	})
	o.leftOut = strings.Join(left, ", ")
	return kept
}

// kept is a csr of a hint with the flags of this one: whoever copies it means the same as before. A line says itself
// which of two flags that exclude each other counts, and one about a single profile is not about all that are due.
func (o *csrOptions) kept(line string) string {
	words := strings.Fields(line)
	if len(words) < 2 || words[1] != "csr" || slices.Contains(words, "--config") { // of a file with another passphrase
		return line
	}
	if o.via != "" {
		line = strings.NewReplacer(" --unsigned", "", " --force", "").Replace(line)
	}
	if !o.due && !o.force {
		line = cli.Aside(line, o.out)
	}
	return typed.With(line, o.typed, o.unfit(words)...)
}

// unfit are the flags of this csr that have no place in another one of these words.
func (o *csrOptions) unfit(words []string) (without []string) {
	if slices.Contains(words, "--first") || slices.Contains(words, "--expect-topic") {
		without = append(without, "first", "expect-topic")
	}
	if o.due && !slices.Contains(words, "--due") {
		without = append(without, "due", "warn-days", "out")
	}
	if slices.Contains(words, "--via") { // what a file takes has no place there
		without = append(without, "unsigned", "out", "force", "chain")
	}
	return without
}

// left is the remark about the profiles that were left out.
func (o *csrOptions) left() []problem.Finding {
	if o.leftOut == "" {
		return nil
	}
	return []problem.Finding{problem.FoundAs(problem.KeyMissing, "due", problem.Info, problem.Params{
		"profiles": o.leftOut, "command": o.dueLine("portal --due"),
	})}
}

// reportNone tells that nothing is due, or nothing that gets a request from here.
func (o *csrOptions) reportNone() error {
	return o.Result(DueView{[]CSRView{}, o.FindingViews(o.left())}, func(p *cli.Page) {
		if o.leftOut == "" {
			p.Say("csr.none-due", nil)
		}
		p.Findings(o.left())
	})
}

// writeLeftOut writes which profiles got no request, after those that got one.
func (o *csrOptions) writeLeftOut(p *cli.Page) {
	if o.leftOut != "" {
		p.Blank()
		p.Findings(o.left())
	}
}

// otherKey is the remark that a request has another key than the certificate in store, which a product keeps.
func otherKey(s *lifecycle.State, f written) []problem.Finding {
	if f.fetched != nil || !s.Profiles[f.Profile].WatchedOnly() {
		return nil
	}
	return []problem.Finding{problem.FoundAs(problem.KeyMissing, "other", problem.Info, problem.Params{"profile": f.Profile})}
}
