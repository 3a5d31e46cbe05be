package apns_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// twice is a source of two pushes to one app.
type twice struct{ next int64 }

func (s *twice) Next(p *apns.Push) error {
	if s.next == 2 {
		return io.EOF
	}
	p.Position, p.Token, p.Body = s.next, []byte(strings.Repeat("0a", 32)), apns.AlertBody("hello")
	p.ID = apns.DeriveID(apns.ID{1}, s.next)
	s.next++
	return nil
}

// A run takes pushes from a source, and gives each exactly one result.
func Example() {
	sim, err := simulator.Start(context.Background(), simulator.Options{Now: time.Now, AcceptAnyToken: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sim.Close()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(sim.APNsCAPEM())
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	endpoint, err := url.Parse(sim.APNsURL())
	if err != nil {
		fmt.Println(err)
		return
	}

	client, err := apns.New(apns.Config{
		Endpoint: endpoint, TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		Bearer: apns.ProviderToken(key, "KEY0123456", "TEAM012345"), Now: time.Now,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	note := apns.Notification{Topic: "com.example.app", PushType: "alert"}
	summary, err := client.Run(context.Background(), note, &twice{}, func(r *apns.Result) error {
		fmt.Println(r.Status, r.Class)
		return nil
	})
	fmt.Println(summary.Accepted, err)
	// Output:
	// 200 accepted
	// 200 accepted
	// 2 <nil>
}
