package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/simulator"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// beginning is when the fixtures were made, and what scripts' clocks show at first.
const beginning = "2026-03-01T00:00:00Z"

// world holds ready-made config files, for keys are slow to make. Each is a folder with
// config.yaml, the simulator's root.pem, and:
//
//	initialised  nothing else
//	vendor       vendor.csr, mdm.cer; the vendor certificate is registered
//	pending      acme.plist, the request of profile acme; acme.pem, its certificate;
//	             wrong.pem, made for the same request with "Create" a second time
//	registered   the same, and acme.pem is registered; renewed.pem, of 1 January 2027
//	several      acme registered; beta registered from beta.pem; gamma with the request
//	             gamma.plist out, whose certificate is gamma.pem
//	sealed       registered, with a passphrase; in passphrase.secret
//	elsewhere    initialised; elsewhere.pem and elsewhere.key, which are another's
//	samples      initialised, but trusts the authorities of the sample files
type world struct {
	ctx context.Context
	// serving is when the stand-ins of MDM servers listen: until all that was printed is followed.
	serving context.Context
	t       *testing.T
	dir     string
	now     time.Time
	sim     *simulator.Simulator
	newKey  func() (*rsa.PrivateKey, error) // of the fixtures
	turn    atomic.Int64                    // see keyInTurn
	// hook is the address of a web server that takes everything; empty where a test needs none.
	hook string
	// counsel is what the program advised in the scripts.
	counsel *counsel
	// schemas are what its answers in JSON have to follow.
	schemas *schemas
	// said are the flags that commands name.
	said *saidFlags
}

func newWorld(t *testing.T) *world {
	t.Helper()
	now, err := time.Parse(time.RFC3339, beginning)
	if err != nil {
		t.Fatal(err)
	}
	serving, end := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(end)
	w := &world{ctx: t.Context(), serving: serving, t: t, dir: t.TempDir(), now: now}
	made.once.Do(func() {
		w.check(makeFolder())
		(&world{ctx: t.Context(), t: t, dir: madeWorld(), now: now}).make()
		made.all = true
	})
	if !made.all {
		t.Fatal("the fixtures could not be made")
	}
	w.newKey = w.keyInTurn
	w.check(copyPrivate(madeWorld(), w.dir))
	return w
}

func (w *world) make() {
	var err error
	keys := w.t.TempDir()
	w.newKey = ready(keys, w.t.TempDir())
	w.check(layReady(keys, readyKeys(), followersKeys()))
	w.sim, err = simulator.Start(w.ctx, simulator.Options{Dir: w.apple(), NewKey: w.newKey, Now: func() time.Time { return w.now }})
	w.check(err)
	w.build()
	w.check(w.sim.Close())
}

// apple is the folder of the simulator that issued everything.
func (w *world) apple() string { return filepath.Join(w.dir, "apple") }

func (w *world) build() {
	w.write("initialised/root.pem", w.sim.RootPEM())
	initialise := []string{
		"init", "--organization", "Example School", "--apple-account", "mdm@example.com",
		"--email", "mdm@example.com", "--country", "JP", "--trust-root", w.path("initialised/root.pem"),
	}
	w.run("initialised", append(initialise, "--no-passphrase")...)

	w.copy("initialised", "elsewhere")
	w.addVendor("elsewhere")
	w.request("elsewhere", "other")
	w.post("/certificates", "elsewhere/other.plist", "elsewhere/elsewhere.pem")
	w.run("elsewhere", "import", w.path("elsewhere/elsewhere.pem"))
	w.run("elsewhere", "export", "--for", "key", "--out", w.path("elsewhere/elsewhere.key"))
	w.remove("elsewhere", "config.yaml", "config.yaml.bak", "mdm.cer", "vendor.csr", "other.plist")
	w.copyFile("initialised/config.yaml", "elsewhere/config.yaml")

	chain := bytes.SplitAfter(sampleFile(w.t, "pem/chain-root-first.pem"), []byte("-----END CERTIFICATE-----\n"))
	w.write("samples/root.pem", bytes.Join(chain[:2], nil)) // without the leaf
	w.run("samples", "init", "--no-passphrase", "--apple-account", "mdm@example.com", "--trust-root", w.path("samples/root.pem"))

	w.copy("initialised", "vendor")
	w.addVendor("vendor")
	w.copy("vendor", "pending")
	w.request("pending", "acme")
	w.post("/certificates", "pending/acme.plist", "pending/acme.pem")
	w.post("/certificates", "pending/acme.plist", "pending/wrong.pem")

	w.copy("pending", "registered")
	w.run("registered", "import", w.path("registered/acme.pem"))
	w.now = w.now.AddDate(0, 10, 0)
	w.post("/certificates/"+w.serial("registered/acme.pem")+"/renew", "registered/acme.plist", "registered/renewed.pem")
	w.now = w.now.AddDate(0, -10, 0)

	w.copy("registered", "several")
	w.request("several", "beta")
	w.post("/certificates", "several/beta.plist", "several/beta.pem")
	w.run("several", "import", w.path("several/beta.pem"))
	w.request("several", "gamma")
	w.post("/certificates", "several/gamma.plist", "several/gamma.pem")

	w.write("sealed/passphrase.secret", []byte(testPassphrase+"\n"))
	w.run("sealed", append(initialise, "--passphrase-file", w.path("sealed/passphrase.secret"))...)
	w.addVendor("sealed")
	w.request("sealed", "acme")
	w.post("/certificates", "sealed/acme.plist", "sealed/acme.pem")
	w.run("sealed", "import", w.path("sealed/acme.pem"))
}

// sampleFile reads one of the readers' sample files.
func sampleFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(samplesFolder, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// addVendor makes and registers a vendor certificate.
func (w *world) addVendor(fixture string) {
	w.run(fixture, "vendor", "csr", "--out", w.path(fixture+"/vendor.csr"))
	w.post("/vendor-certificates", fixture+"/vendor.csr", fixture+"/mdm.cer")
	w.run(fixture, "vendor", "import", w.path(fixture+"/mdm.cer"))
}

func (w *world) request(fixture, profile string) {
	w.run(fixture, "csr", "-p", profile, "--out", w.path(fixture+"/"+profile+".plist"))
}

// run runs a command on a fixture's config file; it has to end well. It returns what
// the command printed.
func (w *world) run(fixture string, args ...string) string {
	w.t.Helper()
	streams, out, errs := term.Test()
	variables := map[string]string{
		"APNSCTL_CONFIG": w.path(fixture + "/config.yaml"), "APNSCTL_PASSPHRASE": "", "USER": "tester",
	}
	if fixture == "sealed" {
		variables["APNSCTL_PASSPHRASE"] = testPassphrase
	}
	env := &cli.Env{IO: streams, Now: func() time.Time { return w.now }, Getenv: func(name string) string { return variables[name] }, NewKey: w.newKey, Work: lightWork}
	if status := command.Main(w.ctx, env, args); status != 0 {
		w.t.Fatalf("%s: apnsctl %s: status %d\n%s%s", fixture, strings.Join(args, " "), status, out, errs)
	}
	return strings.TrimSpace(out.String())
}

func (w *world) serial(certificate string) string {
	return w.run("initialised", "inspect", "--field", "serial_hex", w.path(certificate))
}

func (w *world) post(path, body, answer string) {
	w.t.Helper()
	status, data, err := call("POST", w.sim.PortalURL()+path, w.read(body))
	if err != nil || status != 201 {
		w.t.Fatalf("POST %s: status %d, %v: %s", path, status, err, data)
	}
	w.write(answer, data)
}

func (w *world) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(name string) []byte {
	w.t.Helper()
	data, err := os.ReadFile(w.path(name))
	w.check(err)
	return data
}

func (w *world) write(name string, data []byte) {
	w.t.Helper()
	w.check(os.MkdirAll(filepath.Dir(w.path(name)), 0o700))
	w.check(os.WriteFile(w.path(name), data, 0o600))
}

func (w *world) copy(from, to string) { w.check(copyPrivate(w.path(from), w.path(to))) }

// copyPrivate copies a fixture, whose keys are not sealed: nobody else may read it.
func copyPrivate(from, to string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	return filepath.WalkDir(to, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		return os.Chmod(path, 0o600)
	})
}

func (w *world) copyFile(from, to string) { w.write(to, w.read(from)) }

func (w *world) remove(fixture string, names ...string) {
	for _, name := range names {
		w.check(os.RemoveAll(w.path(fixture + "/" + name)))
	}
}

// setup prepares a script: nothing of the person's environment is in reach.
func (w *world) setup(env *testscript.Env) error {
	apart, err := os.MkdirTemp(w.dir, "script-*")
	if err != nil {
		return err
	}
	s := &scriptState{
		apple: filepath.Join(apart, "apple"), transcripts: filepath.Join(apart, "transcripts"),
		taken: filepath.Join(apart, "taken"), keyFiles: map[string]bool{}, counsel: w.counsel, schemas: w.schemas, said: w.said,
	}
	if err := os.Mkdir(s.transcripts, 0o700); err != nil {
		return err
	}
	if err := os.Mkdir(s.taken, 0o700); err != nil {
		return err
	}
	s.now.Store(&w.now)
	w.counsel.scripts.Add(1)
	env.Values[stateKey{}] = s
	for name, value := range map[string]string{
		"HOME": env.WorkDir, "XDG_CONFIG_HOME": filepath.Join(env.WorkDir, "settings"), "AppData": filepath.Join(env.WorkDir, "settings"),
		"APNSCTL_CONFIG": filepath.Join(env.WorkDir, "config.yaml"), "USER": "tester",
		"TEST_NOW": beginning, "TEST_TRANSCRIPTS": s.transcripts,
		"TEST_KEYS": readyKeys(), "TEST_KEYS_TAKEN": s.taken,
		"PASSPHRASE": testPassphrase, "FILE_PASSWORD": testFilePassword,
	} {
		env.Setenv(name, value)
	}
	t, ok := env.T().(testing.TB)
	if !ok {
		return fmt.Errorf("%T is no testing.TB", env.T())
	}
	env.Defer(func() {
		if err := s.stop(); err != nil {
			t.Errorf("stop the simulator: %v", err)
		}
		s.searchSecrets(t, env.WorkDir)
	})
	return nil
}
