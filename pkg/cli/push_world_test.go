package cli_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/simulator"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// pushWorld is a simulated Apple that takes any token, and a profile to push with.
type pushWorld struct {
	t   *testing.T
	dir string
	sim *simulator.Simulator
	env map[string]string // variables besides those that every run has
}

func newPushWorld(t *testing.T) *pushWorld {
	t.Helper()
	w := &pushWorld{t: t, dir: t.TempDir()}
	var err error
	w.sim, err = simulator.Start(t.Context(), simulator.Options{Dir: w.path("apple"), AcceptAnyToken: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.sim.Close(); err != nil {
			t.Error(err)
		}
	})
	w.must("init", "--no-passphrase", "--trust-root", w.sim.RootFile(), "--organization", "Example", "--country", "JP")
	w.must("vendor", "csr", "--out", w.path("vendor.csr"))
	w.post("/vendor-certificates", "vendor.csr", "mdm.cer")
	w.must("vendor", "import", w.path("mdm.cer"))
	w.must("csr", "-p", "acme", "--out", w.path("acme.plist"))
	w.post("/certificates", "acme.plist", "acme.pem")
	w.must("import", w.path("acme.pem"))
	return w
}

func (w *pushWorld) path(name string) string { return filepath.Join(w.dir, name) }

// args is a push to the simulator.
func (w *pushWorld) args(more ...string) []string {
	return append([]string{"push", "--endpoint", w.sim.APNsURL(), "--ca-file", w.sim.APNsCAFile()}, more...)
}

// run runs a command line in this process.
func (w *pushWorld) run(stdin io.Reader, args ...string) (status int, out, errs string) {
	w.t.Helper()
	streams, stdout, stderr := term.Test()
	streams.In = stdin
	variables := map[string]string{"APNSCTL_CONFIG": w.path("config.yaml"), "USER": "tester"}
	maps.Copy(variables, w.env)
	getenv := func(name string) string { return variables[name] }
	status = cli.Main(w.t.Context(), &cli.Env{IO: streams, Now: time.Now, Getenv: getenv}, args)
	return status, stdout.String(), stderr.String()
}

func (w *pushWorld) must(args ...string) string {
	w.t.Helper()
	status, out, errs := w.run(strings.NewReader(""), args...)
	if status != 0 {
		w.t.Fatalf("apnsctl %s: status %d\n%s%s", strings.Join(args, " "), status, out, errs)
	}
	return out
}

// post gives a file to the simulated portal and keeps the answer.
func (w *pushWorld) post(path, file, answer string) {
	w.t.Helper()
	body, err := os.ReadFile(w.path(file))
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.path(answer), w.call(http.MethodPost, path, body), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *pushWorld) call(method, path string, body []byte) []byte {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.sim.PortalURL()+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		w.t.Fatalf("%s %s: status %d, %v: %s", method, path, response.StatusCode, err, data)
	}
	return data
}

// acceptedPush is a push that the simulator took.
type acceptedPush struct {
	Token  string `json:"token"`
	Magic  string `json:"push_magic"`
	APNsID string `json:"apns_id"`
}

func (w *pushWorld) pushes() []acceptedPush {
	w.t.Helper()
	var list struct{ Pushes []acceptedPush }
	if err := json.Unmarshal(w.call(http.MethodGet, "/pushes", nil), &list); err != nil {
		w.t.Fatal(err)
	}
	return list.Pushes
}
