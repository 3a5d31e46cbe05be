package request

import (
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/typed"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/nextstep"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

func (o *renewOptions) view(y nextstep.Year) RenewView {
	v := RenewView{Profile: y.Profile, Case: y.Case, Step: y.Step}
	for _, step := range nextstep.Steps() {
		v.Steps = append(v.Steps, RenewStep{Name: step, State: y.Progress(step), Command: o.command(y, step)})
	}
	return v
}

// command is the one command that does a step; empty where the step is done elsewhere.
func (o *renewOptions) command(y nextstep.Year, step nextstep.Step) string {
	profile := " -p " + msg.Quote(y.Profile)
	command := map[nextstep.Step]string{
		nextstep.Request:  o.requesting(y.Route, profile),
		nextstep.Portal:   "portal" + profile,
		nextstep.Download: "renew" + profile + " --watch DIR",
		nextstep.Verify:   "verify FILE" + profile,
		nextstep.Import:   "import FILE" + profile,
		nextstep.Deliver:  delivering(y, profile),
		nextstep.Test:     tested(y, profile),
		nextstep.Done:     "status",
	}[step]
	if command != "" && step == nextstep.Request {
		command = strings.Join(append([]string{command}, o.opening()...), " ")
	}
	if command == "" {
		return ""
	}
	command = o.kept("apnsctl " + command)
	if o.Global.Config != "" {
		command += " --config " + msg.Quote(msg.Clean(o.Global.Config))
	}
	return command
}

func (o *renewOptions) requesting(route lifecycle.Route, profile string) string {
	switch route {
	case lifecycle.RouteVendor:
		return "vendor csr"
	case lifecycle.RouteUnsigned:
		return "csr" + profile + " --unsigned"
	case lifecycle.RouteService:
		return "csr" + profile + " --via " + mdmcertDownload
	case lifecycle.RouteElsewhere:
		return ""
	}
	return "csr" + profile
}

func delivering(y nextstep.Year, profile string) string {
	switch {
	case y.Server != "":
		return "import" + profile + " --upload"
	case y.Route == lifecycle.RouteElsewhere:
		return ""
	}
	return "export" + profile + " --for pem"
}

// tested is how a certificate is tested: with a push, or where the key is not here, by a look at what its server
// uses.
func tested(y nextstep.Year, profile string) string {
	switch {
	case y.KeyElsewhere && y.Shows != "":
		return "server show" + profile
	case y.KeyElsewhere:
		return ""
	}
	return "push" + profile + " --tokens-file FILE"
}

// writeYear writes the case, the steps, and the next one's command.
func writeYear(p *cli.Page, y nextstep.Year, next string) {
	writeCase(p, y)
	writeSteps(p, y)
	writeNext(p, y, next)
}

// writeNext writes the command of the next step, in the words of that name.
func writeNext(p *cli.Page, y nextstep.Year, next string) {
	p.Blank()
	p.Say("renew.next."+next, problem.Params{"profile": y.Profile, "topic": y.Topic, "file": "FILE", "server": y.Shows})
}

// writeEnd is what a walk leads to: the case, where it is not as it was, and what is left of it.
func writeEnd(p *cli.Page, was, y nextstep.Year, next string) {
	if caseKey(was) != caseKey(y) || !was.Ends.Equal(y.Ends) {
		writeCase(p, y)
	}
	if y.Step != nextstep.Done {
		writeNext(p, y, next)
	}
}

// again is this command as it was typed, for a person who comes back. What the config file tells by now about
// the devices has its default again, and is left out.
func (o *renewOptions) again(name string) string {
	if o.due {
		name = ""
	}
	return typed.Line(o.typed, name)
}

// next names the words of the next step.
func (o *renewOptions) next(y nextstep.Year) string {
	ending := ""
	switch y.Step {
	case nextstep.Request:
		ending = o.requestWords(y)
	case nextstep.Portal:
		if y.Signer != "" {
			ending = "-" + y.Signer
		}
	case nextstep.Deliver:
		ending = deliverWords(y)
	case nextstep.Test:
		ending = testWords(y)
	}
	return string(y.Step) + ending
}

// requestWords is the ending of the words of a request: what was told of the devices goes along, and where nobody has
// told, both answers have a command.
func (o *renewOptions) requestWords(y nextstep.Year) string {
	switch {
	case y.Case == nextstep.First && !y.New:
		return "-ask"
	case o.first:
		return "-first"
	case o.expectTopic != "":
		return "-topic"
	}
	return ""
}

// deliverWords is the ending of the words of a delivery.
func deliverWords(y nextstep.Year) string {
	switch {
	case y.Server != "":
		return "-server"
	case y.Route == lifecycle.RouteElsewhere:
		return "-" + string(y.Route)
	}
	return ""
}

// byOthers tells that somebody else signs the requests.
func byOthers(route lifecycle.Route) bool {
	return route == lifecycle.RouteUnsigned || route == lifecycle.RouteService
}

// testWords is the ending of the words of a test.
func testWords(y nextstep.Year) string {
	switch {
	case y.KeyElsewhere && y.Shows != "":
		return "-server"
	case y.KeyElsewhere:
		return "-elsewhere"
	}
	return ""
}

// writeCase says what this is about, and what it means for the devices.
func writeCase(p *cli.Page, y nextstep.Year) {
	params := problem.Params{"profile": y.Profile, "topic": y.Topic}
	if !y.Ends.IsZero() {
		params["until"] = y.Ends.In(p.Env.Now().Location()).Format(time.DateOnly)
		params["days"] = p.Env.Days(pushcert.DaysUntil(y.Ends, p.Env.Now()))
	}
	p.Say("renew.case."+caseKey(y), params)
	if y.Outlived && y.Step == nextstep.Request {
		p.Say("renew.outlived", params)
	}
}

// caseKey names the words of writeCase.
func caseKey(y nextstep.Year) string {
	key := string(y.Case)
	switch {
	case y.Step == nextstep.Done:
		return "done"
	case y.Step == nextstep.Deliver, y.Step == nextstep.Test:
		return key + "-registered"
	case y.Case == nextstep.First && y.New:
		return key + "-told"
	case y.Case == nextstep.Renewal && y.Ends.IsZero():
		return "topic-known"
	}
	return key
}

func writeSteps(p *cli.Page, y nextstep.Year) {
	p.Blank()
	todo := nextstep.Steps()
	todo = todo[:len(todo)-1] // what is done is all of them, and no step
	width := 0
	for _, step := range todo {
		width = max(width, term.Width(p.Env.T("output.renew.step."+string(step)+".name", nil)))
	}
	marks := map[nextstep.Progress]string{nextstep.IsDone: "[x] ", nextstep.IsNext: "[>] ", nextstep.IsLater: "[ ] "}
	styles := map[nextstep.Progress]term.Style{nextstep.IsDone: term.Green, nextstep.IsNext: term.Bold}
	for _, step := range todo {
		name := p.Env.T("output.renew.step."+string(step)+".name", nil)
		state := y.Progress(step)
		text := "output.renew.step." + string(step) + ".text"
		if step == nextstep.Test && y.KeyElsewhere {
			text += "-elsewhere"
		}
		if byOthers(y.Route) && (step == nextstep.Request || step == nextstep.Portal) {
			text += "-" + string(y.Route)
		}
		line := marks[state] + term.Pad(name, width) + "  " + p.Env.T(text, nil)
		p.B.WriteString(p.Env.IO.Paint(styles[state], line) + "\n")
	}
}
