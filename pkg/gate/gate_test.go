package gate_test

import (
	"crypto"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/gate"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// now is when the sample files are looked at.
var now = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

const topic = "com.apple.mgmt.External.3f2b8a1c-0d4e-4f5a-9b6c-7d8e9f0a1b2c"

func data(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../testdata/pushcert", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func read(t *testing.T, name string) *pushcert.File {
	t.Helper()
	file, err := pushcert.Read(name, data(t, name), nil)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func terms(t *testing.T) lifecycle.Terms {
	t.Helper()
	trust, err := pushcert.NewTrust(data(t, "certificate/authorities.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return lifecycle.Terms{Now: now, Policy: pushcert.DefaultPolicy(), Trust: trust}
}

// holding is a state in which profile acme holds the certificate and key of a file.
func holding(t *testing.T, name string) *lifecycle.State {
	t.Helper()
	s := &lifecycle.State{Version: lifecycle.Version}
	files := gate.Many{{Name: name, File: read(t, name)}}
	files.Gather()
	if err := files[0].Err; err != nil {
		t.Fatal(err)
	}
	if _, err := gate.Register(s, *files[0].Candidate, seal, lifecycle.ImportOptions{Terms: terms(t), Profile: "acme", First: true}); err != nil {
		t.Fatal(err)
	}
	return s
}

// seal keeps the public half alone, which is all that a check needs.
func seal(key crypto.Signer) (lifecycle.Key, error) {
	public, err := pushcert.PublicKeyOf(key.Public())
	return lifecycle.Key{Public: public}, err
}

// keys are the findings that are no remarks.
func keys(findings []problem.Finding) (all []string) {
	for _, f := range findings {
		if f.Severity >= problem.Warning && f.Code != problem.NoAppleAccount {
			all = append(all, f.Severity.String()+" "+f.Key())
		}
	}
	return all
}

func TestFile(t *testing.T) {
	held := holding(t, "pem/with-key.pem")
	for name, row := range map[string]struct {
		file    string
		check   gate.Check
		profile string
		want    []string
		err     string
	}{
		"the same certificate again":           {file: "certificate/mdm-push.pem", check: gate.Check{State: held}, profile: "acme"},
		"another topic":                        {file: "certificate/created.pem", check: gate.Check{State: held, Profile: "acme"}, profile: "acme", want: []string{"critical topic-mismatch", "critical key-missing.mismatch"}},
		"of another kind":                      {file: "certificate/mdm-vendor.pem", check: gate.Check{State: held}, want: []string{"critical wrong-role.is-vendor"}},
		"of the kind that is expected":         {file: "certificate/app-push.pem", check: gate.Check{Expect: pushcert.RoleAppPush}},
		"a request where a certificate is due": {file: "request/one-line.b64", check: gate.Check{Expect: pushcert.RoleMDMPush}, want: []string{"critical wrong-role.is-request"}},
		"nothing to compare with":              {file: "certificate/mdm-push.pem", err: "not-initialised.verify"},
		"the topic that devices listen on":     {file: "certificate/mdm-push.pem", check: gate.Check{Against: against(topic)}},
		"a topic that they do not":             {file: "certificate/mdm-push.pem", check: gate.Check{Against: against(topic[:len(topic)-1] + "d")}, want: []string{"critical topic-mismatch.against"}},
		"a request, compared":                  {file: "request/not-ours.b64", check: gate.Check{Against: against(topic)}, err: "usage.against-request"},
		"a request of somebody else":           {file: "request/not-ours.b64", check: gate.Check{State: held}, want: []string{"warning request-not-ours"}},
	} {
		t.Run(name, func(t *testing.T) {
			row.check.Terms = terms(t)
			a, err := row.check.File(row.file, read(t, row.file))
			if row.err != "" {
				if p, ok := errors.AsType[*problem.Error](err); !ok || p.Key() != row.err {
					t.Fatalf("%v, want %s", err, row.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(row.want, keys(a.Findings)); diff != "" || a.Profile != row.profile {
				t.Errorf("profile %q, %s", a.Profile, diff)
			}
		})
	}
}

func against(topic string) func() (lifecycle.Reference, error) {
	return func() (lifecycle.Reference, error) { return lifecycle.Reference{File: topic, Topic: topic}, nil }
}

func TestRow(t *testing.T) {
	held := holding(t, "pem/with-key.pem")
	for row, want := range map[string][]string{topic: nil, topic[:len(topic)-1] + "d": {"critical topic-mismatch.row"}} {
		a, err := gate.Check{State: held, Terms: terms(t)}.Row(row)
		if err != nil || a.Profile != "acme" || a.Known != topic || a.Stored == nil {
			t.Errorf("%+v, %v", a, err)
		}
		if diff := cmp.Diff(want, keys(a.Findings)); diff != "" {
			t.Errorf("%s: %s", row, diff)
		}
	}
}

func TestUnreadable(t *testing.T) {
	_, unrecognised := pushcert.Read("x", []byte("what is this"), nil)
	a, err := gate.Check{Expect: pushcert.RoleMDMPush}.Unreadable(unrecognised)
	if diff := cmp.Diff([]string{"critical file-unrecognised.binary", "critical wrong-role"}, keys(a.Findings)); err != nil || diff != "" {
		t.Errorf("%v, %s", err, diff)
	}
	missing := problem.New(problem.PasswordMissing, nil)
	if _, err := (gate.Check{}).Unreadable(missing); !errors.Is(err, missing) {
		t.Errorf("a password that is missing: %v", err)
	}
}

func TestGather(t *testing.T) {
	for name, row := range map[string]struct {
		files []string
		keys  []bool // which certificates have one
		err   string // of the last file
	}{
		"a certificate alone":               {files: []string{"certificate/mdm-push.pem"}, keys: []bool{false}},
		"with its key beside it":            {files: []string{"certificate/mdm-push.pem", "key/customer.pem"}, keys: []bool{true}},
		"its key in the other's file":       {files: []string{"certificate/renewed.pem", "pem/with-key.pem"}, keys: []bool{false, true}},
		"one key that fits nothing":         {files: []string{"certificate/mdm-push.pem", "key/renewal.pem"}, keys: []bool{true}},
		"two certificates, one strange key": {files: []string{"certificate/mdm-push.pem", "certificate/renewed.pem", "key/large.pem"}, err: "key-mismatch.stray"},
		"only a key":                        {files: []string{"key/customer.pem"}, err: "key-mismatch.stray"},
		"neither":                           {files: []string{"csr/rsa.pem"}, err: "wrong-role.is-csr"},
	} {
		t.Run(name, func(t *testing.T) {
			var files gate.Many
			for _, f := range row.files {
				files = append(files, &gate.Entry{Name: f, File: read(t, f)})
			}
			files.Gather()
			err := files[len(files)-1].Err
			if row.err != "" {
				if p, ok := errors.AsType[*problem.Error](err); !ok || p.Key() != row.err {
					t.Fatalf("%v, want %s", err, row.err)
				}
				return
			}
			var got []bool
			for _, e := range files.Certified() {
				got = append(got, e.Candidate.Key != nil)
			}
			if diff := cmp.Diff(row.keys, got); diff != "" || len(files.Refused()) > 0 {
				t.Errorf("%v, %s", err, diff)
			}
		})
	}
}
