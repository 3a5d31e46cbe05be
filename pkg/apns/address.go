package apns

import (
	"net"
	"net/url"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Endpoints of Apple (apns-reference.md 3.1); both also listen on port 2197. MDM tokens
// are production tokens.
const (
	Production  = "https://api.push.apple.com"
	Development = "https://api.sandbox.push.apple.com"
)

// Address is where to push, for [Config.Endpoint]: Apple's production, its sandbox, or an
// endpoint that takes their place. It has a port only where one was asked for; 0 is none.
// What names two places, or none, is a usage problem.
func Address(sandbox bool, endpoint string, port uint16) (*url.URL, error) {
	address := Production
	switch {
	case sandbox && endpoint != "":
		return nil, problem.Say(problem.Usage, "exclusive.endpoints", nil)
	case sandbox:
		address = Development
	case endpoint != "":
		address = endpoint
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, problem.Say(problem.Usage, "push-endpoint", nil)
	}
	if port == 0 {
		return u, nil
	}
	if endpoint == "" && port != 443 && port != 2197 {
		return nil, problem.Say(problem.Usage, "push-port", problem.Params{"port": strconv.Itoa(int(port))})
	}
	if u.Port() != "" {
		return nil, problem.Say(problem.Usage, "push-two-ports", nil)
	}
	u.Host = net.JoinHostPort(u.Hostname(), strconv.Itoa(int(port)))
	return u, nil
}
