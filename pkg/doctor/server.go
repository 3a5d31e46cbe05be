package doctor

import (
	"context"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Server is an MDM server of the config file, and how it is asked what it uses.
type Server struct {
	Name, Kind string
	// Sealed tells that what opens the server is sealed, and nothing opens that here.
	Sealed bool
	// Ask reads what the server uses, for all of its profiles.
	Ask func(context.Context) []Answer
}

// Answer is what a server uses for some of its profiles, or why nobody knows: a problem.
type Answer struct {
	Profiles []string
	Used     lifecycle.Used
	Err      error
}

// ServerMark begins the name of a server's check.
const ServerMark = "server-"

// serverCheck tells whether a server is reached, takes the credentials, and what it uses.
func (w World) serverCheck(ctx context.Context, s Server) Check {
	c := newCheck(ServerMark + s.Name)
	if s.Sealed {
		c.skip("server.sealed", nil, Cause{Key: "server.sealed", Params: problem.Params{"server": s.Name, "command": w.Again("apnsctl doctor")}})
		return c
	}
	answers := s.Ask(ctx)
	if slices.ContainsFunc(answers, func(a Answer) bool { return a.Err == nil }) {
		c.see("server.accepted", problem.Params{"kind": s.Kind})
	} else {
		c.see("server.failed", problem.Params{"kind": s.Kind})
	}
	for _, a := range answers {
		if a.Err != nil {
			why := problem.Of(a.Err)
			c.fail(why.Code.Exit(), Cause{Problem: why, About: about(a, answers)})
			continue
		}
		if len(answers) > 1 {
			c.see("server.for", problem.Params{"profiles": strings.Join(a.Profiles, ", ")})
		}
		c.seeUsed(a.Used)
	}
	return c
}

// about names the profiles of a failure where the others have not failed.
func about(a Answer, all []Answer) string {
	if len(all) == 1 {
		return ""
	}
	return strings.Join(a.Profiles, ", ")
}

// seeUsed notes what a server uses.
func (c *Check) seeUsed(used lifecycle.Used) {
	params := problem.Params{"topic": used.Topic, "serial": used.SerialHex}
	switch {
	case used.Missing:
		c.see("server.missing", nil)
	case used.Unasked:
		c.see("server.unasked", nil)
	case used.NotAfter.IsZero():
		c.see("server.silent", nil)
	default:
		params["server_not_after"] = problem.Time(used.NotAfter)
		c.see("server.uses", params)
	}
	if used.Topic != "" {
		c.see("server.topic", params)
	}
}
