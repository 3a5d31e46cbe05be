package doctor

import (
	"maps"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// checkStatus is what a check came to.
type checkStatus string

const (
	checkOK       checkStatus = "ok"
	checkWarning  checkStatus = "warning"
	checkCritical checkStatus = "critical"
	checkSkipped  checkStatus = "skipped"
)

// The names of the checks; those of ports end in their number. Scripts rely on them.
const (
	checkConfigFile  = "config-file"
	checkPermissions = "permissions"
	checkKeyPair     = "key-pair"
	checkClock       = "clock"
	checkProxy       = "proxy"
	checkDNS         = "dns"
	checkPort        = "port-"
	checkTLSChain    = "tls-chain"
	checkHTTP2       = "http2"
	checkCertificate = "push-certificate"
)

// check is one thing that the doctor looked at.
type check struct {
	name   string
	status checkStatus
	exit   problem.Exit // of a critical one
	seen   []sight
	faults []fault
}

// sight is something that was seen: a phrase below "doctor.seen".
type sight struct {
	key    string
	params problem.Params
}

// fault is a cause with its hint: words below "doctor.fault", or those of a problem
// that other commands know too. A problem with a key keeps its own cause and takes the
// hint from there.
type fault struct {
	key     string
	params  problem.Params
	problem *problem.Error
	about   string // whose key or certificate it is, where the words do not say
}

func newCheck(name string) check { return check{name: name, status: checkOK} }

func (c *check) see(key string, params problem.Params) {
	c.seen = append(c.seen, sight{key, params})
}

// skip says why a check was not made.
func (c *check) skip(key string, params problem.Params, next ...fault) {
	c.status, c.faults = checkSkipped, next
	c.see(key, params)
}

func (c *check) warn(faults ...fault) {
	if c.status != checkCritical {
		c.status = checkWarning
	}
	c.faults = append(c.faults, faults...)
}

func (c *check) fail(exit problem.Exit, faults ...fault) {
	if c.status != checkCritical {
		c.exit = exit
	}
	c.status = checkCritical
	c.faults = append(c.faults, faults...)
}

// gravest is the verdict. A file or a key that is not right comes before what must be
// looked at, then what APNs refused, then a setting, then the network.
func gravest(checks []check, strict bool) (checkStatus, problem.Exit) {
	found := map[problem.Exit]bool{}
	worst := checkOK
	for _, c := range checks {
		switch {
		case c.status == checkCritical:
			worst, found[c.exit] = checkCritical, true
		case c.status == checkWarning && worst == checkOK:
			worst = checkWarning
		}
		found[problem.ExitWarning] = found[problem.ExitWarning] || strict && c.status == checkWarning
	}
	for _, exit := range []problem.Exit{problem.ExitState, problem.ExitRefused, problem.ExitAPNs, problem.ExitUsage, problem.ExitNetwork, problem.ExitWarning} {
		if found[exit] {
			return worst, exit
		}
	}
	return worst, problem.ExitOK
}

// CheckView is a check in JSON. Several causes, and their hints, stand in lines.
type CheckView struct {
	Name   string         `json:"name"`
	Status checkStatus    `json:"status"`
	Detail string         `json:"detail"`
	Cause  string         `json:"cause"`
	Hint   string         `json:"hint"`
	Params problem.Params `json:"params"`
}

func checkView(e *cli.Env, c check) CheckView {
	v := CheckView{Name: c.name, Status: c.status, Detail: detail(e, c), Params: problem.Params{}}
	for _, s := range c.seen {
		maps.Copy(v.Params, s.params)
	}
	var causes, hints []string
	for _, f := range c.faults {
		maps.Copy(v.Params, f.values())
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
func detail(e *cli.Env, c check) string {
	var phrases []string
	for _, s := range c.seen {
		phrases = append(phrases, e.T("doctor.seen."+s.key, s.params))
	}
	return strings.Join(phrases, e.T("doctor.join", nil))
}

// values are those of the problem, and what else its hint needs.
func (f fault) values() problem.Params {
	all := problem.Params{}
	maps.Copy(all, f.params)
	if f.problem != nil {
		maps.Copy(all, f.problem.Params)
	}
	return all
}

// cause is what is wrong; empty for a fault that only has a next step.
func cause(e *cli.Env, f fault) string {
	text := ""
	if f.problem != nil {
		text = e.Sentence(f.problem.Key(), f.values())
	} else if _, ok := e.Msg.Lookup("doctor.fault." + f.key + ".cause"); ok {
		text = e.T("doctor.fault."+f.key+".cause", f.params)
	}
	if f.about == "" {
		return text
	}
	return e.T("doctor.about", problem.Params{"about": f.about, "cause": text})
}

// hint is the next step.
func hint(e *cli.Env, f fault) string {
	if f.key != "" {
		return e.T("doctor.fault."+f.key+".hint", f.values())
	}
	return e.Hint(f.problem.Key(), f.values())
}
