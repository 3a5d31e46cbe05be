package doctor

import (
	"maps"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/doctor"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// View is the result of an examination.
type View struct {
	ExitCode problem.Exit  `json:"exit_code"`
	Verdict  doctor.Status `json:"verdict"`
	Checks   []CheckView   `json:"checks"`
}

// CheckView is a check in JSON. Several causes, and their hints, stand in lines.
type CheckView struct {
	Name   string         `json:"name"`
	Status doctor.Status  `json:"status"`
	Detail string         `json:"detail"`
	Cause  string         `json:"cause"`
	Hint   string         `json:"hint"`
	Params problem.Params `json:"params"`
}

func checkView(e *cli.Env, c doctor.Check) CheckView {
	v := CheckView{Name: c.Name, Status: c.Status, Detail: detail(e, c), Params: problem.Params{}}
	for _, s := range c.Seen {
		maps.Copy(v.Params, s.Params)
	}
	var causes, hints []string
	for _, f := range c.Causes {
		maps.Copy(v.Params, f.Values())
		causes, hints = append(causes, cause(e, f)), append(hints, hint(e, f))
	}
	v.Cause, v.Hint = joined(causes), joined(hints)
	return v
}

// joined puts texts below each other, each once.
func joined(texts []string) string {
	var lines []string
	seen := map[string]bool{"": true}
	for _, t := range texts {
		if !seen[t] {
			lines = append(lines, t)
		}
		seen[t] = true
	}
	return strings.Join(lines, "\n")
}

// detail is what a check saw, in one line.
func detail(e *cli.Env, c doctor.Check) string {
	var phrases []string
	for _, s := range c.Seen {
		phrases = append(phrases, e.T("doctor.seen."+s.Key, s.Params))
	}
	return strings.Join(phrases, e.T("doctor.join", nil))
}

// cause is what is wrong; empty for one that only has a next step.
func cause(e *cli.Env, f doctor.Cause) string {
	text := ""
	if f.Problem != nil {
		text = e.Sentence(f.Problem.Key(), f.Values())
	} else if _, ok := e.Msg.Lookup("doctor.causes." + f.Key + ".text"); ok {
		text = e.T("doctor.causes."+f.Key+".text", f.Params)
	}
	if f.About == "" {
		return text
	}
	return e.T("doctor.about", problem.Params{"about": f.About, "cause": text})
}

// hint is the next step.
func hint(e *cli.Env, f doctor.Cause) string {
	if f.Key != "" {
		return e.T("doctor.causes."+f.Key+".hint", f.Values())
	}
	return e.Hint(f.Problem.Key(), f.Values())
}
