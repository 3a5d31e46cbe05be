package apns

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Step is one step on the way to a connection that can push. A later one is greater.
type Step int

// The steps, in order.
const (
	StepProxy   Step = iota // the proxy opens a tunnel
	StepName                // the host's name has an address
	StepConnect             // the port takes the connection
	StepTLS                 // certificate and protocol version are agreed on
	StepHTTP2               // HTTP/2 is agreed on, and the peer sends its SETTINGS
	StepReady               // nothing is left to do
)

// Probe is what one connection taught, as far as it came.
type Probe struct {
	// Failed is the step that Err stopped; [StepReady] without one.
	Failed Step
	// Err says why, with the codes of [Client.Run]; nil if the connection could push.
	Err *problem.Error
	// Address is where TCP went: the peer's, or the proxy's. It is empty if it went nowhere.
	Address string
	// Version is that of TLS; 0 if the handshake did not come so far.
	Version uint16
	// Sent is the chain that the peer showed, its own certificate first.
	Sent []*x509.Certificate
	// Verified are the ways from it to a trusted root; none if it was refused.
	Verified [][]*x509.Certificate
	// Asked tells whether the peer asked for our certificate. One that does not has
	// not checked it.
	Asked bool
	// Demanded tells whether the connection ended because the peer insists on a
	// certificate and none was shown. In TLS 1.2 that ends the handshake; in TLS 1.3
	// the client has finished its own by then, and reads an alert, or a broken
	// connection, where the SETTINGS should come.
	Demanded bool
	// MaxStreams is how many pushes at a time the peer allows, as far as we would use
	// them; 0 if it did not say.
	MaxStreams int
}

// Probe makes one connection as a push would, and closes it. It pushes nothing, so
// APNs may still refuse the certificate at the first push.
func (c *Client) Probe(ctx context.Context) Probe {
	var p Probe
	cfg := c.cfg
	cfg.TLS = p.watching(cfg.TLS)
	r := (&Client{cfg: cfg, tune: c.tune}).newRun(Notification{}, nil)
	ctx, cancel := context.WithTimeout(ctx, r.tune.dial)
	defer cancel()
	raw, err := r.connect(ctx)
	if err != nil {
		p.fail(err, cfg)
		return p
	}
	p.Address = address(raw)
	nc, err := r.secure(ctx, raw)
	if err != nil {
		p.fail(err, cfg)
		return p
	}
	_ = nc.nc.Close()
	p.Failed, p.MaxStreams = StepReady, nc.flow.streams
	return p
}

func address(nc net.Conn) string {
	if at := nc.RemoteAddr(); at != nil {
		return at.String()
	}
	return ""
}

// watching is the configuration with an eye on the handshake.
func (p *Probe) watching(config *tls.Config) *tls.Config {
	config = config.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	config.VerifyConnection = func(s tls.ConnectionState) error {
		p.Version, p.Sent, p.Verified = s.Version, s.PeerCertificates, s.VerifiedChains
		return nil
	}
	certificate := &tls.Certificate{} // none
	if len(config.Certificates) > 0 {
		certificate = &config.Certificates[0]
	}
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		p.Asked = true
		return certificate, nil
	}
	return config
}

// fail notes where the way ended. A chain that is refused is not seen by
// VerifyConnection, but the refusal has it.
func (p *Probe) fail(err error, cfg Config) {
	p.Err = Explain(err, cfg.Endpoint.Host)
	p.Failed = failedStep(err, p.Err.Code)
	if refused, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		p.Sent = refused.UnverifiedCertificates
	}
	anonymous := cfg.TLS == nil || len(cfg.TLS.Certificates) == 0
	p.Demanded = anonymous && p.Asked && !errors.Is(err, errNoH2) && !errors.Is(err, errSilent)
}

// failedStep tells which step an error of connecting belongs to.
func failedStep(err error, code problem.Code) Step {
	e, ok := errors.AsType[*dialError](err)
	if !ok {
		return StepConnect
	}
	_, unnamed := errors.AsType[*net.DNSError](err)
	switch {
	case e.stage == stageProxy:
		return StepProxy
	case unnamed:
		return StepName
	case e.stage == stageConnect:
		return StepConnect
	case e.stage == stageTLS && code != problem.APNsProtocol:
		return StepTLS
	}
	return StepHTTP2
}
