package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sideshow/apns2"

	"github.com/apnsctl/apnsctl/pkg/apns"
)

// What every client sends.
const (
	token      = "5a1fcb1f2f5c3d9d0f4e5a1fcb1f2f5c3d9d0f4e5a1fcb1f2f5c3d9d0f4e0001"
	topic      = "com.apple.mgmt.External.3d9d0f4e-0000-4000-8000-5a1fcb1f2f5c"
	body       = `{"mdm":"8B5F22A5-9B0C-4C5F-8B7C-9D0E1F2A3B4C"}`
	priority   = 10
	expiration = 1_900_000_000
)

// outcome is what a client process prints.
type outcome struct {
	Accepted int64   `json:"accepted"`
	Seconds  float64 `json:"seconds"`
	PeakKB   int64   `json:"peak_kb"`
}

// print adds the peak of this process's own memory; the one that its parent is told
// counts the parent's memory too, as it was before the exec.
func (o outcome) print() error {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	if _, peak, ok := strings.Cut(string(status), "VmHWM:"); ok {
		_, err = fmt.Sscan(peak, &o.PeakKB)
	}
	return errors.Join(err, json.NewEncoder(os.Stdout).Encode(o))
}

// fleet is a source of n devices that are all the same one, each with an apns-id of its own.
type fleet struct{ n, next int64 }

func (f *fleet) Next(p *apns.Push) error {
	if f.next == f.n {
		return io.EOF
	}
	p.Position = f.next
	p.Token = append(p.Token[:0], token...)
	p.Body = append(p.Body[:0], body...)
	p.ID = apns.DeriveID(apns.ID{1}, f.next)
	f.next++
	return nil
}

// pushEngine pushes with apnsctl's engine.
func pushEngine(ctx context.Context, s settings) error {
	certificate, roots, err := readIdentity(s.identity)
	if err != nil {
		return err
	}
	endpoint, err := url.Parse(s.endpoint)
	if err != nil {
		return err
	}
	client, err := apns.New(apns.Config{
		Endpoint: endpoint, Connections: s.connections, Now: time.Now,
		TLS: &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: roots},
	})
	if err != nil {
		return err
	}
	note := apns.Notification{Topic: topic, PushType: "mdm", Priority: priority, Expiration: expiration}
	summary, err := client.Run(ctx, note, &fleet{n: int64(s.pushes)}, func(*apns.Result) error { return nil })
	if err != nil {
		return err
	}
	return outcome{Accepted: summary.Accepted, Seconds: summary.Elapsed.Seconds()}.print()
}

// pushAPNs2 pushes with apns2's client and its own transport, as its README has it:
// goroutines that share one.
func pushAPNs2(_ context.Context, s settings) error {
	certificate, roots, err := readIdentity(s.identity)
	if err != nil {
		return err
	}
	dial := apns2.DialTLS
	apns2.DialTLS = func(network, address string, config *tls.Config) (net.Conn, error) {
		config = config.Clone()
		config.RootCAs = roots
		return dial(network, address, config)
	}
	client := apns2.NewClient(certificate)
	client.Host = s.endpoint
	var next, accepted atomic.Int64
	began := time.Now()
	var workers sync.WaitGroup
	for range s.connections {
		workers.Go(func() {
			for i := next.Add(1); i <= int64(s.pushes); i = next.Add(1) {
				answer, err := client.Push(&apns2.Notification{
					DeviceToken: token, Topic: topic, PushType: apns2.PushTypeMDM, Priority: priority,
					Expiration: time.Unix(expiration, 0), Payload: []byte(body),
					ApnsID: apns.DeriveID(apns.ID{1}, i).String(),
				})
				if err == nil && answer.StatusCode == http.StatusOK {
					accepted.Add(1)
				}
			}
		})
	}
	workers.Wait()
	return outcome{Accepted: accepted.Load(), Seconds: time.Since(began).Seconds()}.print()
}
