package doctor

import (
	"maps"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Status is what a check came to.
type Status string

// What a check may come to. A skipped one was not made, and says why.
const (
	OK       Status = "ok"
	Warning  Status = "warning"
	Critical Status = "critical"
	Skipped  Status = "skipped"
)

// The names of the checks; those of ports end in their number. Scripts rely on them.
const (
	checkConfigFile  = "config-file"
	checkPermissions = "permissions"
	checkKeyPair     = "key-pair"
	checkRecipients  = "recipients"
	checkClock       = "clock"
	checkProxy       = "proxy"
	checkDNS         = "dns"
	checkTLSChain    = "tls-chain"
	checkHTTP2       = "http2"
	checkCertificate = "push-certificate"
	seenNone         = "config-file.none"
	// Port begins the name of a port's check.
	Port = "port-"
)

// Check is one thing that was looked at.
type Check struct {
	Name   string
	Status Status
	Exit   problem.Exit // of a critical one
	Seen   []Sight
	Causes []Cause
}

// Sight is something that was seen: a phrase below "doctor.seen".
type Sight struct {
	Key    string
	Params problem.Params
}

// Cause is why something is not as it should be, with its hint: words below "doctor.causes",
// or those of a problem that other commands know too. A problem with a key keeps its own
// cause and takes the hint from there.
type Cause struct {
	Key     string
	Params  problem.Params
	Problem *problem.Error
	About   string // whose key or certificate it is, where the words do not say
}

// Values are those of the problem, and what else the hint needs.
func (f Cause) Values() problem.Params {
	all := problem.Params{}
	maps.Copy(all, f.Params)
	if f.Problem != nil {
		maps.Copy(all, f.Problem.Params)
	}
	return all
}

func newCheck(name string) Check { return Check{Name: name, Status: OK} }

func (c *Check) see(key string, params problem.Params) {
	c.Seen = append(c.Seen, Sight{key, params})
}

// skip says why a check was not made.
func (c *Check) skip(key string, params problem.Params, next ...Cause) {
	c.Status, c.Causes = Skipped, next
	c.see(key, params)
}

func (c *Check) warn(causes ...Cause) {
	if c.Status != Critical {
		c.Status = Warning
	}
	c.Causes = append(c.Causes, causes...)
}

func (c *Check) fail(exit problem.Exit, causes ...Cause) {
	if c.Status != Critical {
		c.Exit = exit
	}
	c.Status = Critical
	c.Causes = append(c.Causes, causes...)
}

// NoConfig tells whether there is no config file at all, with which nothing works yet.
func NoConfig(checks []Check) bool {
	return slices.ContainsFunc(checks, func(c Check) bool {
		return slices.ContainsFunc(c.Seen, func(s Sight) bool { return s.Key == seenNone })
	})
}

// Gravest is the verdict. A file or a key that is not right comes before what must be
// looked at, then what APNs refused, then a setting, then the network. Warnings have an exit
// status only where they are strictly taken.
func Gravest(checks []Check, strict bool) (Status, problem.Exit) {
	found := map[problem.Exit]bool{}
	worst := OK
	for _, c := range checks {
		switch {
		case c.Status == Critical:
			worst, found[c.Exit] = Critical, true
		case c.Status == Warning && worst == OK:
			worst = Warning
		}
		found[problem.ExitWarning] = found[problem.ExitWarning] || strict && c.Status == Warning
	}
	for _, exit := range []problem.Exit{problem.ExitState, problem.ExitRefused, problem.ExitAPNs, problem.ExitUsage, problem.ExitNetwork, problem.ExitWarning} {
		if found[exit] {
			return worst, exit
		}
	}
	return worst, problem.ExitOK
}
