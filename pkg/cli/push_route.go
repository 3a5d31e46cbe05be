package cli

import (
	"crypto/x509"
	"net"
	"net/url"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// pushRouteOptions say where pushes go, and how.
type pushRouteOptions struct {
	sandbox       bool
	endpoint      string
	port          uint16
	caFile, proxy string
	connections   int
	rate          float64
}

// endpointFor is the address to push to. Device tokens of MDM belong to production, so
// the sandbox has to be insisted on.
func (o *pushOptions) endpointFor(kind *pushKind) (*url.URL, error) {
	r := &o.route
	address := apns.Production
	switch {
	case r.sandbox && r.endpoint != "":
		return nil, problem.Say(problem.Usage, "push-two-endpoints", nil)
	case r.sandbox && kind.mdm() && !o.force:
		return nil, problem.Say(problem.Usage, "push-sandbox", nil)
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
func (o *pushOptions) roots() (*x509.CertPool, error) {
	name := o.route.caFile
	if name == "" {
		return nil, nil
	}
	data, err := o.read(name)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, problem.Say(problem.FileUnrecognised, "ca-file", problem.Params{"file": named(name)})
	}
	return pool, nil
}

// proxyFor finds the proxy: --proxy for everything, else as the environment says.
func (o *pushOptions) proxyFor() (func(*url.URL) (*url.URL, error), error) {
	if o.route.proxy == "" {
		return apns.ProxyFrom(o.Getenv), nil
	}
	via, err := url.Parse(o.route.proxy)
	if err != nil || via.Host == "" || via.Scheme != "http" && via.Scheme != "https" {
		return nil, problem.Say(problem.Usage, "push-proxy", nil)
	}
	return func(*url.URL) (*url.URL, error) { return via, nil }, nil
}
