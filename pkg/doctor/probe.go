package doctor

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/internal/caught"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// namePatience is how long DNS may take.
const namePatience = 5 * time.Second

// answers are what the network said.
type answers struct {
	date, now time.Time // by the portal and by our clock; zero if the portal does not say
	unreached bool      // the portal gave no answer at all
	addresses []netip.Addr
	unnamed   error
	tries     []try
}

// ask looks up, connects and asks for the time. All that is independent goes at once, each
// within its own few seconds, and nothing is pushed.
func (w World) ask(ctx context.Context, byName bool) answers {
	a := answers{tries: w.Route.tries()}
	var wait caught.Group
	if w.Route.Portal != nil {
		wait.Go(func() { a.date, a.now, a.unreached = w.portalDate(ctx) })
	}
	if byName {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, namePatience)
			defer cancel()
			a.addresses, a.unnamed = net.DefaultResolver.LookupNetIP(ctx, "ip", w.Route.Endpoint.Hostname())
		})
	}
	for i := range a.tries {
		wait.Go(func() { a.tries[i].Probe = w.probe(ctx, a.tries[i].url, nil) })
	}
	wait.Wait()
	return a
}

// client is a client of APNs with the route of the world. Without certificates it shows
// none.
func (w World) client(endpoint *url.URL, certificates []tls.Certificate) (*apns.Client, error) {
	return apns.New(apns.Config{
		Endpoint: endpoint, Proxy: w.Route.Proxy, Now: w.Now,
		TLS: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: w.Route.Roots, Time: w.Now, Certificates: certificates},
	})
}

// probe connects once.
func (w World) probe(ctx context.Context, endpoint *url.URL, certificates []tls.Certificate) apns.Probe {
	client, err := w.client(endpoint, certificates)
	if err != nil {
		return apns.Probe{Err: problem.Of(err)}
	}
	return client.Probe(ctx)
}

// shows is a certificate with its key, as TLS shows it.
func shows(leaf *pushcert.Certificate, key crypto.Signer) []tls.Certificate {
	return []tls.Certificate{{Certificate: [][]byte{leaf.X509.Raw}, PrivateKey: key, Leaf: leaf.X509}}
}

// portalPatience is how long the portal may take to say what time it is.
const portalPatience = 5 * time.Second

// portalDate asks the portal for the time. Redirects are not followed: any answer has
// a date.
func (w World) portalDate(ctx context.Context) (date, now time.Time, unreached bool) {
	client := http.Client{
		Timeout:       portalPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:             func(r *http.Request) (*url.URL, error) { return w.Route.Proxy(r.URL) },
			TLSClientConfig:   timelessTLS(nil),
			DisableKeepAlives: true,
		},
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, w.Route.Portal.String(), nil)
	if err != nil {
		return time.Time{}, time.Time{}, false
	}
	request.Header.Set("Cache-Control", "no-cache")
	response, err := client.Do(request)
	if err != nil {
		return time.Time{}, time.Time{}, true
	}
	_ = response.Body.Close() // HEAD has none
	date, err = http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return time.Time{}, time.Time{}, false
	}
	return date, w.Now(), false
}

// timelessTLS verifies a server at its certificate's own dates. By a clock that is
// wrong the certificate would be refused that comes with the right time. Roots are the
// system's if nil.
func timelessTLS(roots *x509.CertPool) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // VerifyConnection verifies all but the dates
		VerifyConnection: func(s tls.ConnectionState) error {
			options := x509.VerifyOptions{Roots: roots, DNSName: s.ServerName, Intermediates: x509.NewCertPool()}
			for _, c := range s.PeerCertificates[1:] {
				options.Intermediates.AddCert(c)
			}
			leaf := s.PeerCertificates[0]
			options.CurrentTime = leaf.NotBefore.Add(leaf.NotAfter.Sub(leaf.NotBefore) / 2)
			_, err := leaf.Verify(options)
			return err
		},
	}
}
