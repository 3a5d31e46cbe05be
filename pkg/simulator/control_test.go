package simulator

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

func TestDevicesAndFaultsReachAPNs(t *testing.T) {
	r := start(t, Options{})
	r.Call(t, "PUT", "/devices/BBCD", []byte(`{"topic":"com.apple.mgmt.External.x","push_magic":"m"}`)).Want(t, 204)
	r.Call(t, "PUT", "/devices/aacd", []byte(`{"topic":"com.apple.mgmt.External.x","push_magic":"","state":"unregistered"}`)).Want(t, 204)
	want := `{"devices":[{"token":"aacd","topic":"com.apple.mgmt.External.x","push_magic":"","state":"unregistered"},` +
		`{"token":"bbcd","topic":"com.apple.mgmt.External.x","push_magic":"m","state":"active"}]}` + "\n"
	if got := string(r.Call(t, "GET", "/devices", nil).Want(t, 200).Body); got != want {
		t.Errorf("devices %s", got)
	}
	if got := string(r.Call(t, "GET", "/pushes", nil).Want(t, 200).Body); got != `{"pushes":[]}`+"\n" {
		t.Errorf("pushes %s", got)
	}
	r.Call(t, "PUT", "/faults", []byte(`{"share_429":1,"latency_ms":5,"share_500":0,"share_503":0,"share_reset":0,
		"goaway_after":3,"goaway_reason":"Shutdown","max_streams":7,"wrong_topic":"accept"}`)).Want(t, 204)
	if got := r.apns.Faults(); got.Share429 != 1 || got.MaxStreams != 7 {
		t.Errorf("faults %+v", got)
	}
	if empty := string(start(t, Options{}).Call(t, "GET", "/devices", nil).Body); empty != `{"devices":[]}`+"\n" {
		t.Errorf("devices %s", empty)
	}
}

func TestControlThatIsWrongIsAnsweredAsThePortalDoes(t *testing.T) {
	r := start(t, Options{})
	for name, row := range map[string]struct{ path, body string }{
		"device is no JSON":    {"/devices/abcd", "active"},
		"device misspelt":      {"/devices/abcd", `{"topic":"com.example.a","magic":"m"}`},
		"device twice":         {"/devices/abcd", `{"topic":"com.example.a"}{}`},
		"device without state": {"/devices/abcd", `{"topic":"com.example.a","state":"asleep"}`},
		"token is no hex":      {"/devices/xyz", `{"topic":"com.example.a"}`},
		"fault misspelt":       {"/faults", `{"share429":1}`},
		"fault out of range":   {"/faults", `{"share_429":1.5}`},
	} {
		t.Run(name, func(t *testing.T) {
			r.Call(t, "PUT", row.path, []byte(row.body)).WantFailure(t, 400)
		})
	}
}

func TestAnswersToLoopbackNamesOnly(t *testing.T) {
	r := start(t, Options{})
	_, port, _ := strings.Cut(strings.TrimPrefix(r.URL, "http://"), ":")
	for host, status := range map[string]int{
		"127.0.0.1:" + port: 200, "127.1.2.3": 200, "localhost:" + port: 200, "LocalHost": 200, "[::1]:" + port: 200,
		"attacker.example:" + port: 421, "attacker.example": 421, "192.0.2.1:" + port: 421, "localhost.attacker.example": 421,
		"127.0.0.1.attacker.example": 421, "[2001:db8::1]:" + port: 421,
	} {
		for _, path := range []string{"/certificates", "/", "/pushes"} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+path, http.NoBody)
			testkit.Must(t, err)
			request.Host = host
			if got := testkit.Send(t, request); got.Status != status {
				t.Errorf("%s of %s: status %d, want %d", path, host, got.Status, status)
			}
		}
	}
}
