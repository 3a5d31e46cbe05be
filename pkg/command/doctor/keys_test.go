package doctor_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
	"github.com/apnsctl/apnsctl/pkg/internal/testkey"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// person is somebody at the terminal who types a passphrase.
type person struct {
	bytes.Buffer
	secret string
}

func (p *person) MakeRaw() error { return nil }

func (p *person) ReadSecret() ([]byte, error) { return []byte(p.secret), nil }
func (*person) Flush() error                  { return nil }
func (*person) Restore() error                { return nil }
func (*person) Close() error                  { return nil }

func TestDoctorAsksForThePassphraseOnlyIfToldTo(t *testing.T) {
	env := map[string]string{
		"APNSCTL_CONFIG": filepath.Join(t.TempDir(), "config.yaml"), "APNSCTL_PASSPHRASE": "right one", "USER": "tester",
	}
	for _, args := range [][]string{{"init", "--organization", "Example"}, {"vendor", "csr", "--out", filepath.Join(t.TempDir(), "v.csr")}} {
		streams, out, errs := term.Test()
		if status := command.Main(t.Context(), &cli.Env{IO: streams, Now: time.Now, Getenv: func(n string) string { return env[n] }, NewKey: testkey.InTurn(), Work: 4}, args); status != 0 {
			t.Fatalf("%v: status %d: %s%s", args, status, out, errs)
		}
	}
	env["APNSCTL_PASSPHRASE"] = ""
	for _, row := range []struct {
		typed, flag, want string
		asked             bool
		status            int
	}{
		{"right one", "--unlock", "ok", true, 0},
		{"another", "--unlock", "critical", true, 6},
		{"right one", "--strict", "ok", false, 0},
	} {
		asked := false
		e := examineAs(t, func(env *cli.Env) {
			env.IO.Device = func() (term.Device, error) { asked = true; return &person{secret: row.typed}, nil }
		}, env, "--offline", row.flag)
		if e.of("key-pair") != row.want || asked != row.asked || e.status != row.status {
			t.Errorf("%+v: asked %v, status %d, %+v", row, asked, e.status, e.Checks)
		}
	}
}

// The public key beside a sealed one is what finds it. Somebody who changes either is
// caught: the one without opening anything, the other when the key is opened.
func TestDoctorFindsKeysThatWereSwapped(t *testing.T) {
	w := commandtest.NewPushWorld(t)
	text, err := os.ReadFile(w.Path("config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"APNSCTL_CONFIG": w.Path("config.yaml")}
	if e := examine(t, env, "--offline"); e.of("key-pair") != "ok" || e.status != 0 || len(e.Checks) != 3 {
		t.Fatalf("status %d: %+v", e.status, e.Checks)
	}
	for name, form := range map[string]string{
		"public": `(?m)^ *public: (\S+)$`,
		"sealed": `(?s)sealed: \|\n(.*?-----END AGE ENCRYPTED FILE-----)`,
	} {
		t.Run(name, func(t *testing.T) {
			all := regexp.MustCompile(form).FindAllStringSubmatch(string(text), -1)
			if len(all) != 2 {
				t.Fatalf("%d keys in the file", len(all))
			}
			a, b := all[0][1], all[1][1]
			swapped := strings.NewReplacer(a, b, b, a).Replace(string(text))
			if err := os.WriteFile(w.Path("config.yaml"), []byte(swapped), 0o600); err != nil {
				t.Fatal(err)
			}
			if e := examine(t, env, "--offline"); e.of("key-pair") != "critical" || e.status != 6 {
				t.Errorf("status %d: %+v", e.status, e.Checks)
			}
		})
	}
}
