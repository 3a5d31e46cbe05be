//go:build !windows

package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/simulator/server"
)

// walker is a person on a walk.
type walker struct {
	t       *testing.T
	w       *world
	lang    msg.Lang
	dir     string
	now     string
	screens strings.Builder
	keys    int // that were typed, beside commands and secrets
	asked   []string
	server  *server.Server // that the profile is linked with; nil for none
}

// newWalker puts a person in a folder of their own.
func newWalker(t *testing.T, w *world, lang msg.Lang, r walk) *walker {
	t.Helper()
	p := &walker{t: t, w: w, lang: lang, dir: t.TempDir(), now: beginning}
	w.check(copyPrivate(w.path(r.fixture), p.dir))
	for _, folder := range []string{"taken", "Downloads"} {
		w.check(os.Mkdir(filepath.Join(p.dir, folder), 0o700))
	}
	other, err := os.ReadFile(w.path("elsewhere/elsewhere.pem"))
	w.check(err)
	w.check(os.WriteFile(filepath.Join(p.dir, "elsewhere.pem"), other, 0o600))
	p.serve(r.server)
	for _, line := range r.before {
		p.must(line)
	}
	p.now = cmp.Or(r.clock, beginning)
	return p
}

// serve links the profile with a stand-in of a kind, which makes its own key.
func (p *walker) serve(kind string) {
	p.t.Helper()
	if kind == "" {
		return
	}
	var err error
	o := server.Options{Sign: p.w.sim.SignRequest, Secret: mdmSecret, Now: func() time.Time { return p.w.now }}
	p.server, err = server.Start(p.t.Context(), kind, "", o)
	p.w.check(err)
	p.w.check(os.WriteFile(filepath.Join(p.dir, "token.secret"), []byte(mdmSecret), 0o600))
	p.must("server add " + kind + " --kind " + kind + " --url " + p.server.Base() + " --credential file:token.secret -p acme")
}

// used looks which certificate the server uses in the end.
func (p *walker) used(serial string) {
	p.t.Helper()
	if p.server == nil {
		return
	}
	if c := p.server.InUse(); c == nil || fmt.Sprintf("%X", c.SerialNumber.Bytes()) != serial {
		p.t.Errorf("the server uses %v, want %s", c, serial)
	}
}

// upload uploads the profile's request, and downloads the certificate; once, whoever comes back has it.
func (p *walker) upload(path, profile, file string) {
	p.t.Helper()
	if _, err := os.Stat(filepath.Join(p.dir, file)); err == nil {
		return
	}
	p.post(path, "PushCertificateRequest-"+profile+".plist", file)
}

// post uploads a file, and downloads what comes of it.
func (p *walker) post(path, upload, file string) {
	p.t.Helper()
	request, err := os.ReadFile(filepath.Join(p.dir, upload))
	p.w.check(err)
	status, data, err := call("POST", p.w.sim.PortalURL()+path, request)
	if err != nil || status != 201 {
		p.t.Fatalf("POST %s: status %d, %v: %s", path, status, err, data)
	}
	p.w.check(os.WriteFile(filepath.Join(p.dir, file), data, 0o600))
}

func (p *walker) config() string { return filepath.Join(p.dir, "config.yaml") }

func (p *walker) state() []byte {
	data, err := os.ReadFile(p.config())
	p.w.check(err)
	return data
}

// errand is the program with a command line.
func (p *walker) errand(line string, variables ...string) errand {
	return errand{Dir: p.dir, Args: strings.Fields(line), Env: slices.Concat(machine(), []string{
		"APNSCTL_CONFIG=" + p.config(), "HOME=" + p.dir, "APNSCTL_LANG=" + string(p.lang),
		"TEST_NOW=" + p.now, "TEST_KEYS=" + readyKeys(), "TEST_KEYS_TAKEN=" + filepath.Join(p.dir, "taken"), "TERM=xterm", "NO_COLOR=",
	}, variables)}
}

// must runs a command line that has to succeed, and returns what it prints.
func (p *walker) must(line string, variables ...string) []byte {
	p.t.Helper()
	done, err := p.errand(line, variables...).run()
	if err != nil || done.Status != 0 {
		p.t.Fatalf("%s: %v, exit status %d\n%s%s", line, err, done.Status, done.Stdout, done.Stderr)
	}
	return done.Stdout
}

// run types a command, and answers what it asks; at the question with the number stop, from 1, it is
// interrupted. It returns the exit status.
func (p *walker) run(line string, answers map[string][]answer, stop int) int {
	p.t.Helper()
	s, all := openTerminal(p.t, p.lang, p.errand(line).command(p.t.Context())), questions(p.lang)
	given := map[string]int{}
	var before []byte
	for number := 1; ; number++ {
		key := s.asked(all)
		if before != nil && !bytes.Equal(before, p.state()) {
			p.t.Errorf("the config file has changed though the file was refused")
		}
		before = nil
		if key == "" {
			break
		}
		p.asked = append(p.asked, key)
		if number == stop {
			s.types(interruptKey)
			continue
		}
		list := answers[key]
		if given[key] >= len(list) {
			text, _ := s.text(0)
			p.t.Fatalf("there is no answer to %s:\n%s", key, text)
		}
		a := list[given[key]]
		given[key]++
		if a.typed != "" {
			s.types(a.typed)
		}
		if a.does != nil {
			a.does(p)
		}
		if a.refused {
			before = p.state()
		}
		if a.waits {
			continue
		}
		s.types(a.text + "\r")
		if !strings.Contains(key, "passphrase") {
			p.keys += len(a.text) + 1
		}
	}
	text, _ := s.text(0)
	fmt.Fprintf(&p.screens, "%% apnsctl %s\n%s\n", line, text)
	checkWidth(p.t, strings.ReplaceAll(text, p.dir, "~"))
	return s.status()
}

// position is where the program says that the profile stands.
func (p *walker) position() (view struct {
	Result struct{ Case, Step string }
},
) {
	p.w.check(json.Unmarshal(p.must("renew -p acme -o json"), &view))
	return view
}

// registered is the serial number of the certificate in the config file.
func (p *walker) registered() string {
	done, err := p.errand("status -p acme -o json").run()
	var view struct {
		Result struct {
			Items []struct {
				Kind   string
				Serial string `json:"serial_hex"`
			}
		}
	}
	if json.Unmarshal(done.Stdout, &view) != nil {
		p.t.Fatalf("%v: %s", err, done.Stdout)
	}
	for _, item := range view.Result.Items {
		if item.Kind == "push" {
			return item.Serial
		}
	}
	return ""
}

// created presses Create at the portal with the profile's request.
func created(profile, file string) func(*walker) {
	return func(p *walker) { p.upload("/certificates", profile, file) }
}

// rowOf presses Renew in the row of a certificate.
func rowOf(certificate, profile, file string) func(*walker) {
	return func(p *walker) {
		serial := p.w.run("initialised", "inspect", "--field", "serial_hex", filepath.Join(p.dir, certificate))
		p.upload("/certificates/"+serial+"/renew", profile, file)
	}
}

// renewed presses Renew in the row that is meant.
func renewed(profile, certificate string) func(*walker) {
	return rowOf(certificate, profile, "new.pem")
}

// lostKey renews the row with a request that was made elsewhere, and whose key nobody has any more.
func lostKey(p *walker) {
	p.w.check(copyPrivate(p.w.path("registered"), filepath.Join(p.dir, "gone")))
	p.must("csr -p acme --config gone/config.yaml --out gone.plist")
	serial := p.w.run("initialised", "inspect", "--field", "serial_hex", filepath.Join(p.dir, "acme.pem"))
	p.post("/certificates/"+serial+"/renew", "gone.plist", "lost.pem")
}

// signed has an outside vendor sign the CSR.
func signed(p *walker) {
	if _, err := os.Stat(filepath.Join(p.dir, "acme.plist")); err == nil {
		return
	}
	p.w.run("vendor", "vendor", "sign", filepath.Join(p.dir, "PushCertificate-acme.csr"), "--out", filepath.Join(p.dir, "acme.plist"))
}

// notOurs is a signed request for a key that is in no profile here.
func notOurs(p *walker) {
	p.w.check(os.WriteFile(filepath.Join(p.dir, "theirs.plist"), p.w.read("pending/acme.plist"), 0o600))
}

// page saves the portal's page in place of the file.
func page(p *walker) {
	p.w.check(os.WriteFile(filepath.Join(p.dir, "page.pem"), []byte("<!DOCTYPE html><html><body>Sign in</body></html>\n"), 0o600))
}

// arrives has a file in the folder of downloads, once it is made.
func arrives(made func(*walker), file, as string) func(*walker) {
	return func(p *walker) {
		if made != nil {
			made(p)
		}
		data, err := os.ReadFile(filepath.Join(p.dir, file))
		p.w.check(err)
		p.w.check(os.WriteFile(filepath.Join(p.dir, "Downloads", as), data, 0o600))
	}
}

// keyFile has the registered certificate as a .p12.
func keyFile(p *walker) {
	p.must("export -p acme --for p12 --out acme.p12", "APNSCTL_FILE_PASSWORD="+testPassphrase)
}

// nothing is a file that means nothing.
func nothing(p *walker) {
	p.w.check(os.WriteFile(filepath.Join(p.dir, "notes"), []byte("of no use\n"), 0o600))
}
