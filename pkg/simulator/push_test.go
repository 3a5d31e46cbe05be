package simulator

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

// TestIssuedCertificatePushesUntilItIsRevoked joins both halves through what is exported,
// as the test of somebody's MDM server would.
func TestIssuedCertificatePushesUntilItIsRevoked(t *testing.T) {
	r := start(t, Options{})
	leaf := r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201).Certificate(t)
	topic := ca.SubjectAttribute(leaf, ca.OIDUserID)
	token := strings.Repeat("0a", 32)
	r.Call(t, "PUT", "/devices/"+token, fmt.Appendf(nil, `{"topic":%q,"push_magic":"magic","state":"active"}`, topic)).Want(t, 204)

	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(r.APNsCAPEM())
	push := func() (*http.Response, error) {
		transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{
			RootCAs: roots, Time: r.Clock.Now, MinVersion: tls.VersionTLS12,
			Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: testkit.KeyOf(t, "customer")}},
		}}
		defer transport.CloseIdleConnections()
		request, err := http.NewRequestWithContext(t.Context(), "POST", r.APNsURL()+"/3/device/"+token, strings.NewReader(`{"mdm":"magic"}`))
		testkit.Must(t, err)
		request.Header.Set("Apns-Topic", topic)
		request.Header.Set("Apns-Push-Type", "mdm")
		response, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Do(request)
		if err == nil {
			testkit.Must(t, response.Body.Close())
		}
		return response, err
	}
	response, err := push()
	testkit.Must(t, err)
	if response.StatusCode != 200 {
		t.Fatalf("status %d", response.StatusCode)
	}
	accepted := testkit.DecodeJSON[struct {
		Pushes []struct {
			Token     string    `json:"token"`
			Topic     string    `json:"topic"`
			PushMagic string    `json:"push_magic"`
			APNsID    string    `json:"apns_id"`
			At        time.Time `json:"at"`
		} `json:"pushes"`
	}](t, r.Call(t, "GET", "/pushes", nil).Want(t, 200)).Pushes
	if len(accepted) != 1 || accepted[0].Token != token || accepted[0].Topic != topic || accepted[0].PushMagic != "magic" ||
		accepted[0].APNsID != response.Header.Get("Apns-Id") || !accepted[0].At.Equal(testkit.Today()) {
		t.Errorf("pushes %+v", accepted)
	}

	r.Call(t, "POST", fmt.Sprintf("/certificates/%X/revoke", leaf.SerialNumber), nil).Want(t, 204)
	if _, err := push(); err == nil {
		t.Error("a revoked certificate pushed")
	}
	// net/http may hide the alert behind an error of its own, so it is read below it.
	dialer := &tls.Dialer{Config: &tls.Config{
		RootCAs: roots, Time: r.Clock.Now, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"},
		Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw}, PrivateKey: testkit.KeyOf(t, "customer")}},
	}}
	conn, err := dialer.DialContext(t.Context(), "tcp", strings.TrimPrefix(r.APNsURL(), "https://"))
	for buffer := make([]byte, 1024); err == nil; { // TLS 1.3 tells at the first reads
		_, err = conn.Read(buffer)
	}
	if !strings.Contains(err.Error(), "revoked") {
		t.Errorf("the alert: %v", err)
	}
	if conn != nil {
		testkit.Must(t, conn.Close())
	}
}
