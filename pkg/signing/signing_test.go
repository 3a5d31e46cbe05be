package signing_test

import (
	"bytes"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/signing"
	"github.com/apnsctl/apnsctl/pkg/simulator"
)

var now = time.Date(2027, time.January, 1, 12, 0, 0, 0, time.UTC)

// world is a config file's state with a vendor identity of a simulated Apple.
type world struct {
	newKey func() (*rsa.PrivateKey, error)
	sim    *simulator.Simulator
	state  *lifecycle.State
	seal   signing.Seal
	terms  lifecycle.Terms
	opener *signing.Opener
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{newKey: testkey.InTurn()}
	var err error
	if w.sim, err = simulator.Start(t.Context(), simulator.Options{Dir: t.TempDir(), NewKey: w.newKey, Now: func() time.Time { return now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.sim.Close() })
	sealing, err := signing.NewUnsealed()
	if err != nil {
		t.Fatal(err)
	}
	if w.opener, err = signing.Unlock(sealing, nil); err != nil {
		t.Fatal(err)
	}
	if w.seal, err = signing.To(sealing, now); err != nil {
		t.Fatal(err)
	}
	root, err := os.ReadFile(w.sim.RootFile())
	if err != nil {
		t.Fatal(err)
	}
	trust, err := pushcert.NewTrust(root)
	if err != nil {
		t.Fatal(err)
	}
	w.terms = lifecycle.Terms{Now: now, Policy: pushcert.DefaultPolicy(), Trust: trust}
	key, csr, err := w.seal.NewKey(w.newKey, pushcert.Subject{CommonName: "Vendor", Country: "JP"})
	if err != nil {
		t.Fatal(err)
	}
	status, issued := w.post(t, "/vendor-certificates", csr.PEM())
	if status != http.StatusCreated {
		t.Fatalf("status %d: %s", status, issued)
	}
	certificate, err := pushcert.Read("mdm.cer", issued, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.state = &lifecycle.State{Version: lifecycle.Version, Sealing: sealing}
	w.state.Vendor.Identities = []lifecycle.VendorIdentity{{PEM: string(certificate.Leaf().PEM()), Key: key}}
	return w
}

func (w *world) post(t *testing.T, path string, body []byte) (status int, answer []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.sim.PortalURL()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

func TestThePortalTakesWhatIsSigned(t *testing.T) {
	w := newWorld(t)
	vendor, err := signing.VendorOf(w.state, w.terms)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := vendor.Unlock(w.opener)
	if err != nil {
		t.Fatal(err)
	}
	_, csr, err := w.seal.NewKey(w.newKey, pushcert.Subject{CommonName: "Customer", Country: "JP"})
	if err != nil {
		t.Fatal(err)
	}
	request, _, err := signer.Sign(string(csr.PEM()))
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := w.post(t, "/certificates", request); status != http.StatusCreated {
		t.Errorf("status %d: %s", status, answer)
	}
	if _, _, err := signer.Sign("no PEM"); problem.Of(err).Key() != "state-damaged.csr" {
		t.Errorf("what is no CSR: %v", err)
	}
	raw := bytes.Clone(csr.X509.Raw)
	raw[len(raw)-1] ^= 1
	text := "-----BEGIN CERTIFICATE REQUEST-----\n" + base64.StdEncoding.EncodeToString(raw) + "\n-----END CERTIFICATE REQUEST-----\n"
	if request, _, err := signer.Sign(text); problem.Of(err).Code != problem.RequestSignature || request != nil {
		t.Errorf("a CSR whose signature is damaged: %v", err)
	}
}

// Nobody is asked for a passphrase in vain: what the portal would refuse is told before.
func TestVendorOfRefusesBeforeAnyoneIsAsked(t *testing.T) {
	w := newWorld(t)
	whole := w.state.Vendor.Identities
	for name, row := range map[string]struct {
		change func()
		now    time.Time
		code   problem.Code
	}{
		"none":                 {func() { w.state.Vendor.Identities = nil }, now, problem.VendorMissing},
		"expired":              {func() {}, now.AddDate(2, 0, 0), problem.VendorExpired},
		"of another authority": {func() { w.terms.Trust = pushcert.Apple() }, now, problem.IssuerNotApple},
		"with a damaged chain": {func() {
			w.state.Vendor.Identities[0].Chain = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
		}, now, problem.StateDamaged},
		"with a key of elsewhere": {func() { w.state.Vendor.Identities[0].Key.Sealed = "age" }, now, ""},
	} {
		t.Run(name, func(t *testing.T) {
			trust := w.terms.Trust
			w.state.Vendor.Identities = append([]lifecycle.VendorIdentity(nil), whole...)
			row.change()
			w.terms.Now = row.now
			vendor, err := signing.VendorOf(w.state, w.terms)
			w.terms.Trust = trust
			if row.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				if _, err := vendor.Unlock(w.opener); err == nil {
					t.Error("a key that nobody sealed was opened")
				}
				return
			}
			if p, ok := errors.AsType[*problem.Error](err); !ok || p.Code != row.code {
				t.Errorf("%v, want %s", err, row.code)
			}
		})
	}
}
