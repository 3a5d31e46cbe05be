package notify

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/remind"
)

// View is the result of notify in JSON.
type View struct {
	Told    []ToldView    `json:"told"`
	Due     []DueView     `json:"due"` // and not told: in a rehearsal all of it
	Failed  []FailedView  `json:"failed"`
	Skipped []SkippedView `json:"skipped"`
	// Stopped is what ended the run before its end, after some were told.
	Stopped *document.ErrorView `json:"stopped,omitempty"`
}

// DueView is one thing that one recipient is to be told.
type DueView struct {
	Kind      lifecycle.Kind `json:"kind"`
	Profile   string         `json:"profile"`
	Name      string         `json:"name"`
	Rung      int            `json:"rung"`
	DaysLeft  int            `json:"days_left"`
	Channel   remind.Channel `json:"channel"`
	Recipient string         `json:"recipient"`
}

// ToldView is one that was delivered.
type ToldView struct {
	DueView

	At string `json:"at"`
}

// FailedView is one that was not. A server that could not be asked, and the ping, have no channel or
// "ping"; then rung and days left say nothing.
type FailedView struct {
	DueView

	Code problem.Code `json:"code"`
}

// SkippedView is what nobody is told of. Without a kind it is all of a profile.
type SkippedView struct {
	Profile string         `json:"profile"`
	Why     remind.Reason  `json:"why"`
	Kind    lifecycle.Kind `json:"kind,omitempty"`
	Name    string         `json:"name,omitempty"`
}

// kindPing is the kind of the ping, which is of no thing.
const kindPing lifecycle.Kind = "ping"

// result is what came of a run.
type result struct {
	view       View
	watched    int
	dryRun     bool
	incomplete bool // somebody would not be told
}

func newResult(plan remind.Plan) *result {
	r := &result{view: View{Told: []ToldView{}, Due: []DueView{}, Failed: []FailedView{}, Skipped: []SkippedView{}}, watched: plan.Watched}
	for _, s := range plan.Skipped {
		r.view.Skipped = append(r.view.Skipped, SkippedView{s.Profile, s.Why, s.Kind, name(s.Thing)})
	}
	why, _ := plan.Unreachable()
	r.incomplete = why != ""
	return r
}

func dueView(n remind.Notice) DueView {
	return DueView{n.Kind, n.Profile, name(n.Thing), n.Rung, n.DaysLeft, n.Channel, n.Recipient}
}

func dueViews(due []remind.Notice) []DueView {
	views := []DueView{}
	for _, n := range due {
		views = append(views, dueView(n))
	}
	return views
}

func (r *result) told(n remind.Notice, at time.Time) {
	r.view.Told = append(r.view.Told, ToldView{dueView(n), problem.Time(at)})
}

func (r *result) failed(n remind.Notice, code problem.Code) {
	r.view.Failed = append(r.view.Failed, FailedView{dueView(n), code})
}

// exit is that of what stopped the run, else 7 if anything was refused for good, else 8 if anything failed
// for now or 6 for want of a secret, else 2 if somebody would not be told.
func (r *result) exit() problem.Exit {
	if r.view.Stopped != nil {
		return r.view.Stopped.Code.Exit()
	}
	exit := problem.ExitOK
	if r.incomplete {
		exit = problem.ExitUsage
	}
	for _, f := range r.view.Failed {
		switch x := f.Code.Exit(); {
		case x == problem.ExitAPNs:
			return x
		case x != problem.ExitOK:
			exit = x
		}
	}
	return exit
}

// write shows the result to a person: what failed first, and the sum last.
func (r *result) write(p *cli.Page) {
	for _, f := range r.view.Failed {
		p.Text(line(p, "failed", f.DueView) + " (" + string(f.Code) + ")")
	}
	for _, d := range r.view.Due {
		p.Text(line(p, "due", d))
	}
	for _, t := range r.view.Told {
		p.Text(line(p, "told", t.DueView))
	}
	if p.Env.Global.Quiet {
		return
	}
	for _, s := range r.view.Skipped {
		p.Text(p.Env.T("notify.skipped."+string(s.Why), problem.Params{"about": called(p.Env, s.Kind, s.Profile, s.Name)}))
	}
	key := "notify.sum"
	if r.dryRun {
		key = "notify.sum-dry"
	}
	p.Text(p.Env.T(key, problem.Params{
		"watched": strconv.Itoa(r.watched), "told": strconv.Itoa(len(r.view.Told)), "due": strconv.Itoa(len(r.view.Due)),
		"failed": strconv.Itoa(len(r.view.Failed)),
	}))
}

// line is one notice on one line.
func line(p *cli.Page, what string, d DueView) string {
	key := "notify.line"
	if d.Channel == "" || d.Channel == remind.Ping { // of no rung
		key = "notify.line-short"
	}
	return p.Env.T(key, problem.Params{
		"what": p.Env.T("notify.what."+what, nil), "about": called(p.Env, d.Kind, d.Profile, d.Name),
		"days": p.Env.Days(d.DaysLeft), "rung": strconv.Itoa(d.Rung), "recipient": d.Recipient, "channel": string(d.Channel),
	})
}

// called is what a person calls a thing; without a kind it is a profile, with all that is its own.
func called(e *cli.Env, kind lifecycle.Kind, profile, name string) string {
	if kind == "" {
		return profile
	}
	return strings.TrimSpace(e.T("notify.kind."+string(kind), nil) + " " + cmp.Or(profile, name))
}

// preview shows what would be told, and by what mails.
func (o *options) preview(s *lifecycle.State, t *target, plan remind.Plan, r *result) error {
	r.dryRun = true
	due, err := o.passable(t, plan.Due, r)
	if err != nil {
		return err
	}
	r.view.Due = dueViews(due)
	if o.Global.Output != outputEML {
		return o.Verdict(r.view, r.exit(), r.write)
	}
	var mails [][]byte
	for _, n := range due {
		if n.Channel != remind.Mail {
			continue
		}
		eml, err := o.letter(s, t, n).mail(t.from, n.Recipient).EML()
		if err != nil {
			return err
		}
		mails = append(mails, eml)
	}
	text := mailbox(mails, o.Now())
	return o.Verdict(r.view, r.exit(), func(p *cli.Page) { p.B.Write(text) })
}

// mailbox is one mail as it is, or several as a mailbox (RFC 4155), where a line stands before each.
func mailbox(mails [][]byte, now time.Time) []byte {
	if len(mails) == 1 {
		return mails[0]
	}
	var all bytes.Buffer
	for _, eml := range mails {
		fmt.Fprintf(&all, "From apnsctl %s\n%s\n", now.UTC().Format(time.ANSIC), bytes.ReplaceAll(eml, []byte("\nFrom "), []byte("\n>From ")))
	}
	return all.Bytes()
}

// passable is what is due by the ways that can be taken. What is due by others fails, as it would
// without --dry-run; where all is, so does the run.
func (o *options) passable(t *target, due []remind.Notice, r *result) (open []remind.Notice, err error) {
	var shut []remind.Notice
	for _, n := range due {
		if t.barred[wayOf(n)] == nil {
			open = append(open, n)
		} else {
			shut = append(shut, n)
		}
	}
	if len(open) == 0 && len(shut) > 0 {
		return nil, t.barred[wayOf(shut[0])]
	}
	for _, n := range shut {
		o.fail(t, n, problem.Of(t.barred[wayOf(n)]), r)
	}
	return open, nil
}
