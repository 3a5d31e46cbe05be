package commandtest

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/simulator"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// PushWorld is a simulated Apple that takes any token, and a profile to push with.
type PushWorld struct {
	T   *testing.T
	Dir string
	Sim *simulator.Simulator
	Env map[string]string // variables besides those that every run has

	newKey func() (*rsa.PrivateKey, error)
}

// NewPushWorld starts a simulator, and makes a profile "acme" with a certificate of it.
func NewPushWorld(t *testing.T) *PushWorld {
	t.Helper()
	w := &PushWorld{T: t, Dir: t.TempDir(), newKey: testkey.InTurn()}
	var err error
	w.Sim, err = simulator.Start(t.Context(), simulator.Options{Dir: w.Path("apple"), AcceptAnyToken: true, Now: time.Now, NewKey: w.newKey})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Sim.Close(); err != nil {
			t.Error(err)
		}
	})
	w.Must("init", "--no-passphrase", "--trust-root", w.Sim.RootFile(), "--organization", "Example", "--country", "JP")
	w.Must("vendor", "csr", "--out", w.Path("vendor.csr"))
	w.post("/vendor-certificates", "vendor.csr", "mdm.cer")
	w.Must("vendor", "import", w.Path("mdm.cer"))
	w.Must("csr", "-p", "acme", "--out", w.Path("acme.plist"))
	w.post("/certificates", "acme.plist", "acme.pem")
	w.Must("import", w.Path("acme.pem"))
	return w
}

// Path is a file of the world.
func (w *PushWorld) Path(name string) string { return filepath.Join(w.Dir, name) }

// Args is a push to the simulator.
func (w *PushWorld) Args(more ...string) []string {
	return append([]string{"push", "--endpoint", w.Sim.APNsURL(), "--ca-file", w.Sim.APNsCAFile()}, more...)
}

// Run runs a command line in this process.
func (w *PushWorld) Run(stdin io.Reader, args ...string) (status int, out, errs string) {
	w.T.Helper()
	streams, stdout, stderr := term.Test()
	streams.In = stdin
	variables := map[string]string{"APNSCTL_CONFIG": w.Path("config.yaml"), "USER": "tester"}
	maps.Copy(variables, w.Env)
	getenv := func(name string) string { return variables[name] }
	status = command.Main(w.T.Context(), &cli.Env{IO: streams, Now: time.Now, Getenv: getenv, NewKey: w.newKey}, args)
	return status, stdout.String(), stderr.String()
}

// Must runs a command line that has to succeed.
func (w *PushWorld) Must(args ...string) string {
	w.T.Helper()
	status, out, errs := w.Run(strings.NewReader(""), args...)
	if status != 0 {
		w.T.Fatalf("apnsctl %s: status %d\n%s%s", strings.Join(args, " "), status, out, errs)
	}
	return out
}

// post gives a file to the simulated portal and keeps the answer.
func (w *PushWorld) post(path, file, answer string) {
	w.T.Helper()
	body, err := os.ReadFile(w.Path(file))
	if err != nil {
		w.T.Fatal(err)
	}
	if err := os.WriteFile(w.Path(answer), w.call(http.MethodPost, path, body), 0o600); err != nil {
		w.T.Fatal(err)
	}
}

func (w *PushWorld) call(method, path string, body []byte) []byte {
	w.T.Helper()
	request, err := http.NewRequestWithContext(w.T.Context(), method, w.Sim.PortalURL()+path, bytes.NewReader(body))
	if err != nil {
		w.T.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.T.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		w.T.Fatalf("%s %s: status %d, %v: %s", method, path, response.StatusCode, err, data)
	}
	return data
}

// acceptedPush is a push that the simulator took.
type acceptedPush struct {
	Token  string `json:"token"`
	Magic  string `json:"push_magic"`
	APNsID string `json:"apns_id"`
}

// Pushes are what APNs was sent.
func (w *PushWorld) Pushes() []acceptedPush {
	w.T.Helper()
	var list struct{ Pushes []acceptedPush }
	if err := json.Unmarshal(w.call(http.MethodGet, "/pushes", nil), &list); err != nil {
		w.T.Fatal(err)
	}
	return list.Pushes
}

// ChildArgs is the variable that makes the test binary a push that can be killed.
const ChildArgs = "APNSCTL_TEST_PUSH"

// Start runs apnsctl in a process of its own.
func (w *PushWorld) Start(args []string) *exec.Cmd {
	w.T.Helper()
	text, err := json.Marshal(args)
	if err != nil {
		w.T.Fatal(err)
	}
	child := exec.CommandContext(w.T.Context(), os.Args[0], "-test.run=^TestPushChild$")
	child.Env = append(child.Environ(), ChildArgs+"="+string(text), "APNSCTL_CONFIG="+w.Path("config.yaml"))
	child.Stderr = &bytes.Buffer{}
	if err := child.Start(); err != nil {
		w.T.Fatal(err)
	}
	return child
}

// Child is a command line that [PushWorld.Start] started, in the process that it started: the
// test TestPushChild of a package that starts some runs it, and exits with its status.
func Child(t *testing.T, env *cli.Env, args string) (status int) {
	t.Helper()
	var line []string
	if err := json.Unmarshal([]byte(args), &line); err != nil {
		t.Fatal(err)
	}
	return command.Main(t.Context(), env, line)
}
