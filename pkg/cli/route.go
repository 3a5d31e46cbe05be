package cli

import (
	"crypto/x509"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// RouteOptions are the flags of commands that connect to APNs, as they were typed: where it
// is, and how to get there. What they mean is for the engine to say.
type RouteOptions struct {
	Sandbox       bool
	Endpoint      string
	Port          uint16
	CaFile, Proxy string
}

// Flags defines the flags.
func (r *RouteOptions) Flags(f *pflag.FlagSet) {
	f.BoolVar(&r.Sandbox, "sandbox", false, "")
	f.StringVar(&r.Endpoint, "endpoint", "", "URL")
	NumberVar(f, &r.Port, "port", 1, math.MaxUint16, "PORT")
	f.StringVar(&r.CaFile, "ca-file", "", "FILE")
	f.StringVar(&r.Proxy, "proxy", "", "URL")
}

// Again is a command with these flags, for a hint that repeats it. A proxy's password is
// left to the person.
func (r RouteOptions) Again(command string) string {
	port := ""
	if r.Port != 0 {
		port = strconv.Itoa(int(r.Port))
	}
	for _, flag := range []struct{ name, value string }{
		{"--endpoint", r.Endpoint}, {"--port", port}, {"--ca-file", r.CaFile}, {"--proxy", r.Proxy},
	} {
		switch {
		case flag.value == "":
			continue
		case strings.Contains(flag.value, "@"):
			flag.value = "URL"
		}
		command += " " + flag.name + " " + msg.Quote(flag.value)
	}
	if r.Sandbox {
		command += " --sandbox"
	}
	return command
}

// Roots are the authorities that APNs' own certificate may come from; nil is the system's.
func (e *Env) Roots(caFile string) (*x509.CertPool, error) {
	if caFile == "" {
		return nil, nil
	}
	data, err := e.ReadText(caFile)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, problem.Say(problem.FileUnrecognised, "ca-file", problem.Params{"file": Named(caFile)})
	}
	return pool, nil
}
