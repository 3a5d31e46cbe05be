package apns_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// In TLS 1.3 a server checks the client's certificate after the client's handshake is
// done, so its alert arrives where the first frame is awaited, or with a write. These
// come from Go's own server, not from a recording.
func TestAlertsAfterTheHandshake(t *testing.T) {
	anybody := func(*apns.Config) {}
	tests := map[string]struct {
		server func(*testing.T, *tls.Config)
		client func(*apns.Config)
		want   string
		exit   problem.Exit
		conns  int32 // at most
	}{
		"42, a certificate that the server will not have": {func(_ *testing.T, c *tls.Config) {
			c.VerifyPeerCertificate = func([][]byte, [][]*x509.Certificate) error { return errors.New("no") }
		}, anybody, "apns-refused.certificate", problem.ExitAPNs, 1},
		"45, an expired certificate": {func(_ *testing.T, c *tls.Config) {
			c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, trust().RootCAs
			c.Time = func() time.Time { return time.Unix(1<<34, 0) }
		}, anybody, "apns-refused.certificate-expired", problem.ExitAPNs, 1},
		"48, an authority that the server does not know": {func(t *testing.T, c *tls.Config) {
			t.Helper()
			c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, strangers(t)
		}, anybody, "apns-refused.authority-unknown", problem.ExitAPNs, 1},
		"116, a certificate withheld": {func(*testing.T, *tls.Config) {}, func(c *apns.Config) {
			c.TLS.Certificates = nil
		}, "apns-tls.certificate-required", problem.ExitNetwork, 3},
	}
	for name, test := range tests {
		for _, version := range []uint16{tls.VersionTLS13, tls.VersionTLS12} {
			if version == tls.VersionTLS12 && test.want == "apns-tls.certificate-required" {
				continue // TLS 1.2 has no such alert; it says 42
			}
			t.Run(name+", "+tls.VersionName(version), func(t *testing.T) {
				t.Parallel()
				config := serverTLS()
				config.MaxVersion = version
				test.server(t, config)
				p := listen(t, func(nc net.Conn, _ int) {
					_ = tls.Server(nc, config).HandshakeContext(t.Context())
					lastWords(nc)
				})
				_, s, err := push(t, hasty(clientFor(t, p, test.client)), &fleet{n: 100})
				wantProblem(t, err, test.want)
				if exit := problem.Of(err).Code.Exit(); exit != test.exit || p.conns.Load() > test.conns || s.Total > 0 {
					t.Errorf("exit %d after %d connections, %+v", exit, p.conns.Load(), s)
				}
			})
		}
	}
}
