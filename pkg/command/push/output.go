package push

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/fleet"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/setting"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// View is the result of a push, but for the list not_accepted, which is written as the
// answers come.
type View struct {
	Host    string      `json:"host"`
	Topic   string      `json:"topic"`
	Summary SummaryView `json:"summary"`
	// Stopped says why the run ended before all rows had their turn.
	Stopped *document.ErrorView `json:"stopped,omitempty"`
}

// SummaryView counts what came of the pushes.
type SummaryView struct {
	Total      int64   `json:"total"`
	Accepted   int64   `json:"accepted"`
	Device     int64   `json:"device"`
	Credential int64   `json:"credential"`
	Later      int64   `json:"later"`
	Network    int64   `json:"network"`
	Resumed    int64   `json:"resumed"` // of total: settled by an earlier run
	Seconds    float64 `json:"seconds"`
	PerSecond  float64 `json:"per_second"`
}

func summaryOf(s fleet.Summary) SummaryView {
	v := SummaryView{
		Total: s.Total, Accepted: s.Accepted, Device: s.Device, Credential: s.Credential,
		Later: s.Later, Network: s.Network, Resumed: s.Resumed,
		Seconds: math.Round(s.Elapsed.Seconds()*1000) / 1000,
	}
	if s.Elapsed > 0 {
		v.PerSecond = math.Round(float64(s.Total-s.Resumed) / s.Elapsed.Seconds())
	}
	return v
}

// exitOf is the status for the counts: refused for good before to be tried again.
func exitOf(c fleet.Counts, allowUnregistered bool) problem.Exit {
	device := c.Device
	if allowUnregistered {
		device -= c.Unregistered
	}
	switch {
	case device+c.Credential > 0:
		return problem.ExitAPNs
	case c.Later+c.Network > 0:
		return problem.ExitNetwork
	}
	return problem.ExitOK
}

// report ends the command. Where a run that was stopped got nowhere at all, whatever rows it
// found unusable on the way, why it was stopped is the whole answer. The list of JSON is nil
// in other forms of output.
func (o *pushOptions) report(run *fleet.Run, s fleet.Summary, list *document.Stream) error {
	v := View{Host: run.Host, Topic: run.Note.Topic, Summary: summaryOf(s)}
	exit := exitOf(s.Counts, o.allowUnregistered)
	stopped := o.stopped(s.Stopped)
	if stopped != nil {
		v.Stopped, exit = o.ErrorView(stopped), stopped.Code.Exit()
	}
	switch {
	case o.Global.Output == outputNDJSON:
		line, err := json.Marshal(map[string]SummaryView{"summary": v.Summary})
		if err != nil {
			return err
		}
		if _, err := o.ResultOut().Write(append(line, '\n')); err != nil {
			return err
		}
		if stopped != nil {
			return stopped
		}
	case stopped != nil && !s.Sent:
		return nowhere(list, stopped)
	default:
		if err := o.answer(v, s, list); err != nil {
			return err
		}
		if stopped != nil {
			o.Complain(stopped)
		}
	}
	if exit != problem.ExitOK {
		return cli.Verdict{Exit: exit}
	}
	return nil
}

// answer ends the list of JSON, or tells a person.
func (o *pushOptions) answer(v View, s fleet.Summary, list *document.Stream) error {
	if list != nil {
		return list.End(v)
	}
	return o.Result(v, func(p *cli.Page) { o.text(p, v, s) })
}

// stopped says how an interrupted run goes on: begun again, it would push all once more.
func (o *pushOptions) stopped(p *problem.Error) *problem.Error {
	switch {
	case p == nil:
		return nil
	case p.Code != problem.Interrupted:
		return o.asPushed(p)
	case o.results == "":
		return problem.Say(problem.Interrupted, "push", problem.Params{"command": o.again()}).Because(p.Err)
	}
	return problem.Say(problem.Interrupted, "push-results", problem.Params{"command": o.again("resume")}).Because(p.Err)
}

// text tells a person what APNs said, what it means and what to do.
func (o *pushOptions) text(p *cli.Page, v View, s fleet.Summary) {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	key := "push.done.some"
	switch {
	case v.Stopped != nil:
		key = "push.done.stopped"
	case s.Accepted == s.Total:
		key = "push.done.all"
	}
	p.Text(o.T(key, problem.Params{"accepted": number(s.Accepted), "total": number(s.Total)}))
	rows := [][2]string{{o.T("push.label.host", nil), v.Host}, {o.T("push.label.topic", nil), v.Topic}}
	for _, c := range []struct {
		key   string
		count int64
	}{
		{"resumed", s.Resumed}, {"unusable", s.Unusable}, {"device", s.Device - s.Unusable}, {"credential", s.Credential}, {"later", s.Later}, {"network", s.Network},
	} {
		if c.count > 0 {
			rows = append(rows, [2]string{o.T("push.label."+c.key, nil), number(c.count)})
		}
	}
	writePairs(p, rows)
	for _, g := range s.Groups {
		p.Blank()
		o.groupText(p, g)
	}
	if s.Accepted > 0 {
		p.Blank()
		p.Text(o.T("push.not-delivery", nil))
	}
}

// writePairs writes labels with values that are there to be copied, so never wrapped.
func writePairs(p *cli.Page, rows [][2]string) {
	width := 0
	for _, r := range rows {
		width = max(width, term.Width(r[0]))
	}
	for _, r := range rows {
		p.B.WriteString(term.Pad(r[0], width) + "  " + msg.Clean(r[1]) + "\n")
	}
}

// groupText tells of one kind of refusal.
func (o *pushOptions) groupText(p *cli.Page, g *fleet.Group) {
	head := g.Reason
	switch {
	case g.Problem != nil:
		head = o.T("push.label."+string(g.Class), nil)
	case g.Status > 0:
		head = strings.TrimSpace(strconv.Itoa(g.Status) + " " + head)
	}
	p.Text(o.T("push.group", problem.Params{"reason": head, "count": strconv.FormatInt(g.Count, 10)}))
	meaning, advice := o.reasonText(g)
	p.Indented(meaning)
	if advice != "" {
		p.Indented(o.T("push.next", nil) + advice)
	}
	more := ""
	if rest := g.Count - int64(len(g.Examples)); rest > 0 {
		more = o.T("push.more", problem.Params{"count": strconv.FormatInt(rest, 10)})
	}
	examples := make([]string, len(g.Examples))
	for i, e := range g.Examples {
		examples[i] = o.example(e)
	}
	p.Indented(strings.Join(examples, o.T("push.comma", nil)) + more)
}

// reasonText says what a refusal means and what an administrator does about it.
func (o *pushOptions) reasonText(g *fleet.Group) (meaning, advice string) {
	if g.Problem != nil {
		p := o.asPushed(g.Problem)
		return o.Sentence(p.Key(), p.Params), o.Hint(p.Key(), p.Params)
	}
	reason := g.Reason
	if _, known := o.Msg.Lookup("push.reason." + reason + ".text"); !known {
		reason = "unknown"
	}
	meaning, advice = o.reasonPart(reason, ".text"), o.reasonPart(reason, ".advice")
	if g.Fault != "" {
		meaning = o.T("push.fault."+string(g.Fault), nil)
	}
	return meaning, advice
}

// identities are as whom is pushed, the closest first, as sentences are called that are true of that alone: an app's
// devices were never enrolled, a provider key is no certificate, and a simulator knows who was registered at it.
func (o *pushOptions) identities() []string {
	all := []string{""}
	if o.kind.content().App() {
		all = append([]string{".app"}, all...)
	}
	if o.identity.p8 != "" {
		all = append([]string{".p8"}, all...)
	}
	if setting.IsLoopbackURL(o.route.Endpoint) { // where no APNs listens
		all = append([]string{".simulator"}, all...)
	}
	return all
}

// reasonPart is what is said of a reason to whoever pushes.
func (o *pushOptions) reasonPart(reason, part string) string {
	for _, identity := range o.identities() {
		key := "push.reason." + reason + identity + part
		if _, own := o.Msg.Lookup(key); own {
			return o.T(key, problem.Params{})
		}
	}
	return ""
}

// asPushed is why a connection was refused, with the way of an app's certificate where that is another.
func (o *pushOptions) asPushed(p *problem.Error) *problem.Error {
	if !o.kind.content().App() {
		return p
	}
	switch p.Key() {
	case "apns-refused.certificate":
		return problem.Say(problem.APNsRefused, "certificate.app", p.Params).Because(p.Err)
	case "apns-refused.certificate-environment":
		return problem.Say(problem.APNsRefused, "certificate-environment.app", p.Params).Because(p.Err)
	case "apns-refused.certificate-expired":
		return problem.Say(problem.APNsRefused, "certificate-expired.app", p.Params).Because(p.Err)
	case "apns-refused.certificate-revoked":
		return problem.Say(problem.APNsRefused, "certificate-revoked.app", p.Params).Because(p.Err)
	}
	return p
}

// example is one push of a group: where its row stands, or its token masked, with the day since
// when APNs knows it to be dead.
func (o *pushOptions) example(e fleet.Example) string {
	switch {
	case e.Place != "":
		return e.Place
	case e.Row > 0:
		return o.T("push.row", problem.Params{"row": strconv.FormatInt(e.Row, 10)})
	case e.Since > 0:
		return mask(e.Token) + " (" + time.UnixMilli(e.Since).UTC().Format(time.DateOnly) + ")"
	}
	return mask(e.Token)
}

// mask shows the ends of a token, enough to find a device and too little to wake it.
func mask(token string) string {
	const shown = 4
	if len(token) < 4*shown {
		return "…"
	}
	return token[:shown] + "…" + token[len(token)-shown:]
}
