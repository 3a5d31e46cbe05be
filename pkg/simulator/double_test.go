package simulator_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// TestMain shows how the tests of an MDM server get an Apple of their own: it takes where APNs
// is and whom to trust from its settings, as ever.
func TestMain(m *testing.M) {
	apple, err := simulator.Start(context.Background(), simulator.Options{Now: time.Now, AcceptAnyToken: true})
	if err != nil {
		log.Fatal(err)
	}
	if err := errors.Join(os.Setenv("MDM_APNS_URL", apple.APNsURL()), os.Setenv("MDM_APNS_CA", string(apple.APNsCAPEM()))); err != nil {
		log.Fatal(err)
	}
	status := m.Run()
	if err := apple.Close(); err != nil {
		log.Fatal(err)
	}
	os.Exit(status)
}

// TestServerWithoutIdentity is such a test: a server that pushes without certificate and token is told so.
func TestServerWithoutIdentity(t *testing.T) {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(os.Getenv("MDM_APNS_CA")))
	client := http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	address := os.Getenv("MDM_APNS_URL") + "/3/device/" + strings.Repeat("0a", 32)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(`{"mdm":"magic"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Apns-Topic", "com.apple.mgmt.External.00000000-0000-0000-0000-000000000000")
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusForbidden || !strings.Contains(string(body), "MissingProviderToken") {
		t.Errorf("status %d, %s: %v", response.StatusCode, body, err)
	}
}
