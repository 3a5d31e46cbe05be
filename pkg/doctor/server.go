package doctor

import (
	"context"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Server is an MDM server of the config file, and how it is asked what it uses.
type Server struct {
	Name, Kind string
	// Sealed tells that what opens the server is sealed, and nothing opens that here.
	Sealed bool
	// Ask reads what the server uses. Its errors are problems.
	Ask func(context.Context) (lifecycle.Used, error)
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
	used, err := s.Ask(ctx)
	if err != nil {
		why := problem.Of(err)
		c.fail(why.Code.Exit(), Cause{Problem: why})
		c.see("server.failed", problem.Params{"kind": s.Kind})
		return c
	}
	params := problem.Params{"kind": s.Kind, "topic": used.Topic, "serial": used.SerialHex}
	c.see("server.accepted", params)
	switch {
	case used.Missing:
		c.see("server.missing", nil)
	case used.NotAfter.IsZero():
		c.see("server.silent", nil)
	default:
		params["server_not_after"] = problem.Time(used.NotAfter)
		c.see("server.uses", params)
	}
	if used.Topic != "" {
		c.see("server.topic", params)
	}
	return c
}
