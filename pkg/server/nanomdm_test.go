package server_test

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"testing"

	nlhttp "github.com/micromdm/nanolib/http"
	nanolog "github.com/micromdm/nanolib/log"
	"github.com/micromdm/nanomdm/http/api"
	"github.com/micromdm/nanomdm/storage/file"

	"github.com/apnsctl/apnsctl/pkg/server"
)

// TestNanoMDMItself has NanoMDM's own handlers, over its own storage in files, take a certificate and
// its renewal. Its 0.9.0 cannot be asked what it uses: that is said, until it has answered an upload.
func TestNanoMDMItself(t *testing.T) {
	r := newRig(t)
	store, err := file.New(t.TempDir())
	must(t, err)
	mux := http.NewServeMux()
	guarded := nlhttp.NewMWMux(mux)
	guarded.Use(func(h http.Handler) http.Handler {
		return nlhttp.NewSimpleBasicAuthHandler(h, "nanomdm", "s3cret", "nanomdm")
	})
	api.HandleAPIv1("/v1", guarded, nanolog.NopLogger, store, nil)
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)

	first := r.issue(t, r.request(t, r.key), nil, 365)
	a := server.Access{Name: "school", Kind: server.NanoMDM, URL: web.URL, Credentials: map[string]string{"token": "s3cret"}, Topic: topicOf(first)}
	s, err := server.Open(a, server.Options{})
	must(t, err)
	if _, err := s.Read(t.Context()); keyOf(t, err) != "server-unsupported.version" {
		t.Errorf("read: %v", err)
	}
	old := first
	for _, c := range []*x509.Certificate{first, r.issue(t, r.request(t, r.key), first, 364)} {
		must(t, s.Upload(t.Context(), r.delivery(t, c)))
		pair, _, err := store.RetrievePushCert(t.Context(), topicOf(c))
		must(t, err)
		if string(pair.Certificate[0]) != string(c.Raw) {
			t.Error("it will push with another certificate")
		}
		h, err := s.Read(t.Context())
		if err != nil || h.Topic != topicOf(c) || !h.NotAfter.Equal(c.NotAfter) {
			t.Errorf("read back: %+v, %v", h, err)
		}
		old = c
	}
	foreign := r.delivery(t, r.issue(t, r.request(t, r.other), nil, 300))
	if err := s.Upload(t.Context(), foreign); keyOf(t, err) != "server-refused" {
		t.Errorf("a certificate for another key: %v", err)
	}
	if pair, _, err := store.RetrievePushCert(t.Context(), topicOf(old)); err != nil || string(pair.Certificate[0]) != string(old.Raw) {
		t.Errorf("what was refused changed something: %v", err)
	}
	a.Credentials["token"] = "wrong"
	s, err = server.Open(a, server.Options{})
	must(t, err)
	if err := s.Upload(t.Context(), foreign); keyOf(t, err) != "server-refused.login" {
		t.Errorf("another password: %v", err)
	}
}
