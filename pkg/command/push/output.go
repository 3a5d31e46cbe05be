package push

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// pushView is the result of a push, but for the list not_accepted, which is written as the
// answers come.
type pushView struct {
	Host    string      `json:"host"`
	Topic   string      `json:"topic"`
	Summary pushSummary `json:"summary"`
	// Stopped says why the run ended before all rows had their turn.
	Stopped *cli.ErrorView `json:"stopped,omitempty"`
}

type pushSummary struct {
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

func summaryOf(c pushCounts, elapsed time.Duration) pushSummary {
	s := pushSummary{
		Total: c.total, Accepted: c.accepted, Device: c.device, Credential: c.credential,
		Later: c.later, Network: c.network, Resumed: c.resumed,
		Seconds: math.Round(elapsed.Seconds()*1000) / 1000,
	}
	if elapsed > 0 {
		s.PerSecond = math.Round(float64(c.total-c.resumed) / elapsed.Seconds())
	}
	return s
}

// exit is the status for the counts: refused for good before to be tried again.
func (c pushCounts) exit(allowUnregistered bool) problem.Exit {
	device := c.device
	if allowUnregistered {
		device -= c.unregistered
	}
	switch {
	case device+c.credential > 0:
		return problem.ExitAPNs
	case c.later+c.network > 0:
		return problem.ExitNetwork
	}
	return problem.ExitOK
}

// report ends the command. failed is why the run stopped early; where it got nowhere at
// all, whatever rows it found unusable on the way, that is the whole answer.
func (j *pushJob) report(r *pushRecord, elapsed time.Duration, failed error) error {
	v := pushView{Host: j.endpoint.Host, Topic: j.identity.topic, Summary: summaryOf(r.counts, elapsed)}
	exit := r.counts.exit(j.allowUnregistered)
	var stopped *problem.Error
	if failed != nil {
		stopped = j.stopped(problem.Of(failed))
		v.Stopped, exit = j.ErrorView(stopped), stopped.Code.Exit()
		failed = stopped
	}
	switch {
	case j.Global.Output == outputNDJSON:
		line, err := json.Marshal(map[string]pushSummary{"summary": v.Summary})
		if err != nil {
			return err
		}
		if _, err := j.IO.Out.Write(append(line, '\n')); err != nil {
			return err
		}
		if failed == nil && exit != problem.ExitOK {
			return cli.Verdict{Exit: exit}
		}
		return failed
	case failed != nil && !r.sent:
		return r.nowhere(failed)
	}
	if err := j.answer(v, r); err != nil {
		return err
	}
	if stopped != nil {
		j.Complain(stopped)
	}
	if exit != problem.ExitOK {
		return cli.Verdict{Exit: exit}
	}
	return nil
}

// answer ends the list of JSON, or tells a person.
func (j *pushJob) answer(v pushView, r *pushRecord) error {
	if r.list != nil {
		return r.list.End(v)
	}
	return j.Result(v, func(p *cli.Page) { j.text(p, v, r) })
}

// stopped says how an interrupted run goes on: begun again, it would push all once more.
func (j *pushJob) stopped(p *problem.Error) *problem.Error {
	switch {
	case p.Code != problem.Interrupted:
		return j.explained(p)
	case j.results == "":
		return problem.Say(problem.Interrupted, "push", problem.Params{"command": j.again()}).Because(p.Err)
	}
	return problem.Say(problem.Interrupted, "push-results", problem.Params{"command": j.again("resume")}).Because(p.Err)
}

// explained names the topic that a refused certificate is for: whatever is done about it,
// the devices keep it.
func (j *pushJob) explained(p *problem.Error) *problem.Error {
	if p.Code == problem.APNsRefused && j.kind.mdm() {
		p.Params["topic"] = j.identity.topic
	}
	return p
}

// text tells a person what APNs said, what it means and what to do.
func (j *pushJob) text(p *cli.Page, v pushView, r *pushRecord) {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	s := v.Summary
	key := "push.done.some"
	switch {
	case v.Stopped != nil:
		key = "push.done.stopped"
	case s.Accepted == s.Total:
		key = "push.done.all"
	}
	p.Text(j.T(key, problem.Params{"accepted": number(s.Accepted), "total": number(s.Total)}))
	rows := [][2]string{{j.T("push.label.host", nil), v.Host}, {j.T("push.label.topic", nil), v.Topic}}
	for _, c := range []struct {
		key   string
		count int64
	}{
		{"resumed", s.Resumed}, {"unusable", r.counts.unusable}, {"device", s.Device - r.counts.unusable}, {"credential", s.Credential}, {"later", s.Later}, {"network", s.Network},
	} {
		if c.count > 0 {
			rows = append(rows, [2]string{j.T("push.label."+c.key, nil), number(c.count)})
		}
	}
	writePairs(p, rows)
	for _, g := range r.sorted() {
		p.Blank()
		j.groupText(p, g)
	}
	if s.Accepted > 0 {
		p.Blank()
		p.Text(j.T("push.not-delivery", nil))
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
func (j *pushJob) groupText(p *cli.Page, g *pushGroup) {
	head := g.reason
	switch {
	case g.problem != nil:
		head = j.T("push.label."+string(g.class), nil)
	case g.status > 0:
		head = strings.TrimSpace(strconv.Itoa(g.status) + " " + head)
	}
	p.Text(j.T("push.group", problem.Params{"reason": head, "count": strconv.FormatInt(g.count, 10)}))
	meaning, advice := j.reasonText(g)
	p.Indented(meaning)
	if advice != "" {
		p.Indented(j.T("push.next", nil) + advice)
	}
	more := ""
	if rest := g.count - int64(len(g.examples)); rest > 0 {
		more = j.T("push.more", problem.Params{"count": strconv.FormatInt(rest, 10)})
	}
	p.Indented(strings.Join(g.examples, j.T("push.comma", nil)) + more)
}

// reasonText says what a refusal means and what an administrator does about it.
func (j *pushJob) reasonText(g *pushGroup) (meaning, advice string) {
	switch {
	case g.problem != nil:
		return j.Sentence(g.problem.Key(), g.problem.Params), j.Hint(g.problem.Key(), g.problem.Params)
	case g.fault != "":
		return j.T("push.fault."+string(g.fault), nil), j.T("push.reason."+reasonToken+".advice", nil)
	}
	key := "push.reason." + g.reason
	if _, known := j.Msg.Lookup(key + ".text"); !known {
		key = "push.reason.unknown"
	}
	return j.T(key+".text", nil), j.Configured(j.T(key+".advice", nil))
}

// mask shows the ends of a token, enough to find a device and too little to wake it.
func mask(token []byte) string {
	const shown = 4
	if len(token) < 4*shown {
		return "…"
	}
	return string(token[:shown]) + "…" + string(token[len(token)-shown:])
}

// maskedToken is a token in a list, with the day since when APNs knows it to be dead.
func maskedToken(r *apns.Result) string {
	if r.Timestamp <= 0 {
		return mask(r.Token)
	}
	return mask(r.Token) + " (" + time.UnixMilli(r.Timestamp).UTC().Format(time.DateOnly) + ")"
}

// place says where the current row stands.
func (in *pushInput) place() string {
	return cli.Named(in.name) + ":" + strconv.FormatInt(in.row.Line, 10)
}
