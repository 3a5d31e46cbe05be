package doctor

import (
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// A certificate is shown if it is known which, if it is in date, if its key is here and open,
// and if whoever answers may see it. Otherwise it is said why not.
func TestWhichCertificateIsShown(t *testing.T) {
	text, err := os.ReadFile("../../testdata/pushcert/certificate/created.pem")
	if err != nil {
		t.Fatal(err)
	}
	acme := &lifecycle.Profile{Certificate: &lifecycle.Held{PEM: string(text)}}
	leaf, err := acme.Leaf("acme")
	if err != nil {
		t.Fatal(err)
	}
	key := &lifecycle.Key{Public: leaf.PublicKey()}
	held := func(h lifecycle.Held) *lifecycle.State {
		return &lifecycle.State{Profiles: map[string]*lifecycle.Profile{"acme": {Certificate: &h}}}
	}
	whole := lifecycle.Held{PEM: string(text), Key: key}
	rehearsal := held(whole)
	rehearsal.TrustRoot = "simulator"
	ready := apns.Probe{Failed: apns.StepReady}
	day := func(year int) time.Time { return time.Date(year, time.July, 1, 0, 0, 0, 0, time.UTC) }
	for _, row := range []struct {
		name   string
		state  *lifecycle.State
		meant  string
		year   int
		way    apns.Probe
		named  bool // the endpoint
		sealed bool
		want   string // empty if it is shown
	}{
		{name: "no config file", want: "skipped certificate.no-file"},
		{name: "no profile", state: &lifecycle.State{}, want: "skipped certificate.none"},
		{
			name: "two profiles", state: &lifecycle.State{Profiles: map[string]*lifecycle.Profile{"acme": acme, "beta": acme}},
			want: "skipped certificate.several !certificate.several",
		},
		{
			name: "no certificate yet", state: &lifecycle.State{Profiles: map[string]*lifecycle.Profile{"acme": {}}}, meant: "acme",
			want: "skipped certificate.none",
		},
		{name: "a damaged one", state: held(lifecycle.Held{PEM: "-----"}), meant: "acme", want: "skipped certificate.key"},
		{
			name: "an expired one", state: held(whole), meant: "acme", year: 2028, way: ready,
			want: "critical certificate.profile !expired",
		},
		{name: "a key elsewhere", state: held(lifecycle.Held{PEM: string(text)}), meant: "acme", way: ready, want: "skipped certificate.elsewhere"},
		{
			name: "another's key", state: held(lifecycle.Held{PEM: string(text), Key: &lifecycle.Key{Public: "other"}}), meant: "acme", way: ready,
			want: "skipped certificate.key",
		},
		{name: "a rehearsal, to Apple", state: rehearsal, meant: "acme", way: ready, want: "skipped certificate.rehearsal !certificate.rehearsal"},
		{name: "a rehearsal, to the simulator", state: rehearsal, meant: "acme", way: ready, named: true},
		{name: "no connection", state: held(whole), meant: "acme", way: apns.Probe{Failed: apns.StepTLS}, want: "skipped tls.no-connection"},
		{name: "a demand for a certificate", state: held(whole), meant: "acme", way: apns.Probe{Failed: apns.StepTLS, Demanded: true}},
		{name: "a sealed key", state: held(whole), meant: "acme", way: ready, sealed: true, want: "skipped certificate.sealed !certificate.sealed"},
		{name: "as it should be", state: held(whole), meant: "acme", way: ready},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := World{
				Now: func() time.Time { return day(max(row.year, 2026)) }, Config: Config{State: row.state}, Profile: row.meant,
				Route: &Route{Endpoint: &url.URL{}, Named: row.named}, Again: func(command string) string { return command },
			}
			c := newCheck(checkCertificate)
			shown := w.showable(&c, try{Probe: row.way}, !row.sealed)
			if (shown != nil) != (row.want == "") {
				t.Errorf("shown: %v, %s", shown != nil, told(c))
			}
			if row.want != "" {
				exit := problem.ExitOK
				if c.Status == Critical {
					exit = problem.ExitRefused
				}
				wantCheck(t, c, row.want, exit)
			}
		})
	}
}
