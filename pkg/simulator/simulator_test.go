package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/ca"
	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

func TestRestartContinuesFromDir(t *testing.T) {
	dir := t.TempDir()
	r := start(t, Options{Dir: dir})
	old := r.GoodRequest(t)
	kept := r.Call(t, "POST", "/certificates?account=a&notes=n", old).Want(t, 201).Certificate(t)
	revoked := r.Call(t, "POST", "/certificates?account=a", old).Want(t, 201).Certificate(t)
	path := func(serial []byte) string { return "/certificates/" + strings.ToLower(hexOf(serial)) }
	r.Call(t, "POST", path(revoked.SerialNumber.Bytes())+"/revoke?account=a", nil).Want(t, 204)
	token := strings.Repeat("ab", 200) // longer than a file name may be
	r.Call(t, "PUT", "/devices/"+token, []byte(`{"topic":"com.apple.mgmt.External.x","push_magic":"m","state":"expired"}`)).Want(t, 204)
	list, devices, root := r.Call(t, "GET", "/certificates?account=a", nil), r.Call(t, "GET", "/devices", nil), string(r.RootPEM())
	testkit.Must(t, r.Close())

	again := start(t, Options{Dir: dir})
	if string(again.RootPEM()) != root {
		t.Fatal("other authorities")
	}
	if got := again.Call(t, "GET", "/certificates?account=a", nil); string(got.Body) != string(list.Body) {
		t.Errorf("list\n%s instead of\n%s", got.Body, list.Body)
	}
	if got := again.Call(t, "GET", "/devices", nil); string(got.Body) != string(devices.Body) || !strings.Contains(string(got.Body), token) {
		t.Errorf("devices %s instead of %s", got.Body, devices.Body)
	}
	if got := again.portal.Verdict(kept); got != ca.Good {
		t.Errorf("verdict %v", got)
	}
	if got := again.portal.Verdict(revoked); got != ca.Revoked {
		t.Errorf("verdict %v", got)
	}
	renewed := again.Call(t, "POST", path(kept.SerialNumber.Bytes())+"/renew?account=a", old).Want(t, 201).Certificate(t)
	if renewed.Subject.CommonName != kept.Subject.CommonName {
		t.Error("renewed with another topic")
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

func TestEverythingWrittenIsForTheOwnerAlone(t *testing.T) {
	dir := t.TempDir()
	r := start(t, Options{Dir: filepath.Join(dir, "state"), ReadyFile: filepath.Join(dir, "ready.json")})
	r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201)
	r.Call(t, "PUT", "/devices/abcd", []byte(`{"topic":"com.apple.mgmt.External.x"}`)).Want(t, 204)
	var files []string
	testkit.Must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		files = append(files, path)
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", entry.Name(), info.Mode().Perm())
		}
		if strings.HasSuffix(path, ".tmp") {
			t.Errorf("%s was left behind", entry.Name())
		}
		return nil
	}))
	if len(files) != 8 { // ready, two of authorities, lock, tree, vendor, certificate, device
		t.Errorf("files: %v", files)
	}
}

func TestReadyFileNamesWhatIsThere(t *testing.T) {
	for name, withDir := range map[string]bool{"with a directory": true, "beside the ready file": false} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			ready := filepath.Join(folder, "sim.json")
			testkit.Must(t, os.WriteFile(ready, []byte(`{"portal": "http://127.0.0.1:1", "apns": "https://127.0.0.1:2"}`), 0o600))
			o, home := Options{ReadyFile: ready}, folder
			if withDir {
				o.Dir = filepath.Join(folder, "new", "state")
				home = o.Dir
			}
			r := start(t, o)
			data, err := os.ReadFile(ready)
			testkit.Must(t, err)
			var got map[string]string
			testkit.Must(t, json.Unmarshal(data, &got))
			want := map[string]string{"portal": r.PortalURL(), "apns": r.APNsURL(), "root_file": r.RootFile(), "apns_ca_file": r.APNsCAFile()}
			for key, value := range want {
				if got[key] != value {
					t.Errorf("%s is %q instead of %q", key, got[key], value)
				}
			}
			if len(got) != len(want) || !strings.HasPrefix(got["portal"], "http://127.0.0.1:") || !strings.HasPrefix(got["apns"], "https://127.0.0.1:") {
				t.Errorf("ready file %s", data)
			}
			for path, content := range map[string][]byte{r.RootFile(): r.RootPEM(), r.APNsCAFile(): r.APNsCAPEM()} {
				written, err := os.ReadFile(path)
				testkit.Must(t, err)
				if string(written) != string(content) || filepath.Dir(path) != home || !filepath.IsAbs(path) {
					t.Errorf("%s", path)
				}
			}
			testkit.Must(t, r.Close())
			if _, err := os.Stat(ready); !errors.Is(err, fs.ErrNotExist) {
				t.Error("the ready file outlived the simulator")
			}
			for _, path := range []string{r.RootFile(), r.APNsCAFile()} {
				if _, err := os.Stat(path); (err == nil) != withDir {
					t.Errorf("%s after the end: %v", filepath.Base(path), err)
				}
			}
		})
	}
}

// What stands where a simulator would write, and was made by nobody of its kind, stays.
func TestFilesOfOthersStay(t *testing.T) {
	for file, o := range map[string]func(folder string) Options{
		"ready.json":  func(d string) Options { return Options{ReadyFile: filepath.Join(d, "ready.json")} },
		"a-root.pem":  func(d string) Options { return Options{ReadyFile: filepath.Join(d, "a.json")} },
		"root.pem":    func(d string) Options { return Options{Dir: d} },
		"apns-ca.pem": func(d string) Options { return Options{Dir: d, ReadyFile: filepath.Join(d, "r")} },
		"lock":        func(d string) Options { return Options{Dir: d} },
	} {
		for kind, content := range map[string]string{
			"text": "a config file", "json": `{"portal": "x", "mine": 1}`,
			"a real certificate": string(realCertificate(t)),
		} {
			t.Run(file+"/"+kind, func(t *testing.T) {
				folder := t.TempDir()
				testkit.Must(t, os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600))
				options := o(folder)
				options.Now = time.Now
				_, err := Start(t.Context(), options)
				if foreign, ok := errors.AsType[*ForeignFileError](err); !ok || filepath.Base(foreign.Path) != file {
					t.Errorf("error is %v", err)
				}
				if now, err := os.ReadFile(filepath.Join(folder, file)); err != nil || string(now) != content {
					t.Errorf("the file is gone: %v", err)
				}
			})
		}
	}
}

// Nor is a file removed at the end that somebody has put there in the meantime.
func TestTheEndRemovesOnlyItsOwn(t *testing.T) {
	ready := filepath.Join(t.TempDir(), "ready.json")
	r := start(t, Options{ReadyFile: ready})
	testkit.Must(t, os.WriteFile(ready, []byte("mine now"), 0o600))
	testkit.Must(t, r.Close())
	if now, err := os.ReadFile(ready); err != nil || string(now) != "mine now" {
		t.Errorf("%q, %v", now, err)
	}
}

// realCertificate is one of the readers' samples, of another authority.
func realCertificate(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../../testdata/pushcert/pem/chain.pem")
	testkit.Must(t, err)
	return data
}

func TestNothingIsWrittenWithoutDirAndReadyFile(t *testing.T) {
	t.Chdir(t.TempDir())
	r := start(t, Options{})
	r.Call(t, "POST", "/certificates", r.GoodRequest(t)).Want(t, 201)
	entries, err := os.ReadDir(".")
	testkit.Must(t, err)
	if len(entries) > 0 || r.RootFile() != "" || r.APNsCAFile() != "" {
		t.Errorf("%v, %q, %q", entries, r.RootFile(), r.APNsCAFile())
	}
}

func TestRelativePathsBecomeAbsolute(t *testing.T) {
	t.Chdir(t.TempDir())
	r := start(t, Options{ReadyFile: "ready.json"})
	t.Chdir(t.TempDir())
	if _, err := os.Stat(r.RootFile()); err != nil {
		t.Error(err)
	}
	testkit.Must(t, r.Close())
}

func TestStartRefuses(t *testing.T) {
	taken := start(t, Options{Dir: t.TempDir(), ReadyFile: filepath.Join(t.TempDir(), "ready.json")})
	damaged := t.TempDir()
	testkit.Must(t, os.Mkdir(filepath.Join(damaged, "authorities"), 0o700))
	testkit.Must(t, os.WriteFile(filepath.Join(damaged, "authorities", "tree.json"), []byte(`{"root":`), 0o600))
	broken := t.TempDir()
	testkit.Must(t, os.Mkdir(filepath.Join(broken, "certificates"), 0o700))
	testkit.Must(t, os.WriteFile(filepath.Join(broken, "certificates", "01.json"), []byte(`{"certificate":"AAAA"}`), 0o600))
	clock := func() time.Time { return testkit.Today() }
	for name, o := range map[string]Options{
		"no clock":                 {},
		"all addresses":            {Now: clock, PortalAddr: ":0"},
		"another address":          {Now: clock, PortalAddr: "192.0.2.1:0"},
		"unspecified APNs address": {Now: clock, APNsAddr: "0.0.0.0:0"},
		"host name":                {Now: clock, APNsAddr: "example.com:0"},
		"no port":                  {Now: clock, APNsAddr: "127.0.0.1"},
		"port taken":               {Now: clock, PortalAddr: strings.TrimPrefix(taken.PortalURL(), "http://")},
		"directory in use":         {Now: clock, Dir: filepath.Dir(taken.RootFile())},
		"damaged authorities":      {Now: clock, Dir: damaged},
		"damaged certificate":      {Now: clock, Dir: broken},
		"ready file in no folder":  {Now: clock, ReadyFile: filepath.Join(damaged, "none", "ready.json")},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Start(t.Context(), o)
			if err == nil {
				_ = s.Close()
				t.Fatal("it started")
			}
			if s != nil {
				t.Error("a simulator together with an error")
			}
		})
	}
	if _, err := os.Stat(taken.files.ready); err != nil {
		t.Error("a refused start took away the ready file of another")
	}
}

func TestListensOnEveryFormOfLoopback(t *testing.T) {
	addresses := []string{"localhost:0", "127.0.0.1:0"}
	if probe, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "[::1]:0"); err == nil {
		testkit.Must(t, probe.Close())
		addresses = append(addresses, "[::1]:0")
	}
	for _, address := range addresses {
		r := start(t, Options{PortalAddr: address, APNsAddr: address})
		r.Call(t, "GET", "/certificates", nil).Want(t, 200)
	}
}

func TestCloseEndsItOnce(t *testing.T) {
	s, err := Start(t.Context(), Options{Now: testkit.Today, Log: t.Output()})
	testkit.Must(t, err)
	for range 2 {
		testkit.Must(t, s.Close())
	}
	<-s.Done()
	testkit.Must(t, s.Wait())
	for _, url := range []string{s.PortalURL(), s.APNsURL()} {
		_, address, _ := strings.Cut(url, "://")
		dialer := net.Dialer{Timeout: time.Second}
		if c, err := dialer.DialContext(t.Context(), "tcp", address); err == nil {
			_ = c.Close()
			t.Errorf("%s still listens", url)
		}
	}
}

func TestCloseDoesNotWaitForAStuckCall(t *testing.T) {
	r := start(t, Options{})
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.PortalURL(), "http://"))
	testkit.Must(t, err)
	defer c.Close()
	_, err = c.Write([]byte("POST /certificates HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"))
	testkit.Must(t, err)
	closed := make(chan error, 1)
	go func() { closed <- r.Close() }()
	select {
	case err := <-closed:
		testkit.Must(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("Close hangs")
	}
}

func TestEndOfContextEndsIt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Start(ctx, Options{Now: testkit.Today})
	testkit.Must(t, err)
	cancel()
	select {
	case <-s.Done():
		testkit.Must(t, s.Wait())
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on")
	}
}
