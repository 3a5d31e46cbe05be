package cli

import (
	"crypto/x509"
	"math"
	"net"
	"net/url"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// routeOptions are the flags of commands that connect to APNs: where it is, and how to
// get there.
type routeOptions struct {
	sandbox       bool
	endpoint      string
	port          uint16
	caFile, proxy string
}

func (r *routeOptions) flags(f *pflag.FlagSet) {
	f.BoolVar(&r.sandbox, "sandbox", false, "")
	f.StringVar(&r.endpoint, "endpoint", "", "URL")
	numberVar(f, &r.port, "port", 1, math.MaxUint16, "PORT")
	f.StringVar(&r.caFile, "ca-file", "", "FILE")
	f.StringVar(&r.proxy, "proxy", "", "URL")
}

// url is the address of APNs, with a port only if one was asked for.
func (r *routeOptions) url() (*url.URL, error) {
	address := apns.Production
	switch {
	case r.sandbox && r.endpoint != "":
		return nil, problem.Say(problem.Usage, "push-two-endpoints", nil)
	case r.sandbox:
		address = apns.Development
	case r.endpoint != "":
		address = r.endpoint
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, problem.Say(problem.Usage, "push-endpoint", nil)
	}
	if r.port == 0 {
		return u, nil
	}
	if u.Port() != "" {
		return nil, problem.Say(problem.Usage, "push-two-ports", nil)
	}
	u.Host = net.JoinHostPort(u.Hostname(), strconv.Itoa(int(r.port)))
	return u, nil
}

// roots are the authorities that APNs' own certificate may come from; nil is the system's.
func (e *Env) roots(caFile string) (*x509.CertPool, error) {
	if caFile == "" {
		return nil, nil
	}
	data, err := e.read(caFile)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, problem.Say(problem.FileUnrecognised, "ca-file", problem.Params{"file": named(caFile)})
	}
	return pool, nil
}

// proxyFor finds the proxy: --proxy for everything, else as the environment says.
func (e *Env) proxyFor(flag string) (func(*url.URL) (*url.URL, error), error) {
	if flag == "" {
		return apns.ProxyFrom(e.Getenv), nil
	}
	via, err := apns.ParseProxy("--proxy", flag)
	return func(*url.URL) (*url.URL, error) { return via, nil }, err
}
