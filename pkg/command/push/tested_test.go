package push

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/state"
	"github.com/apnsctl/apnsctl/pkg/term"
)

func TestWhatTestsACertificate(t *testing.T) {
	apple := &url.URL{Scheme: "https", Host: "api.push.apple.com:443"}
	for _, row := range []struct {
		name     string
		id       pushIdentity
		endpoint *url.URL
		accepted int64
		want     bool
	}{
		{"the registered one", pushIdentity{untested: true}, apple, 1, true},
		{"by another port", pushIdentity{untested: true}, &url.URL{Scheme: "https", Host: "api.push.apple.com:2197"}, 1, true},
		{"nothing was taken", pushIdentity{untested: true}, apple, 0, false},
		{"one from a file, one that no server has, one that was tested", pushIdentity{}, apple, 1, false},
		{"a rehearsal's, at its simulator", pushIdentity{untested: true, rehearsal: true}, &url.URL{Scheme: "https", Host: "127.0.0.1:443"}, 1, true},
		{"a rehearsal's, of which nothing was taken", pushIdentity{untested: true, rehearsal: true}, &url.URL{Scheme: "https", Host: "127.0.0.1:443"}, 0, false},
		{"at a simulator", pushIdentity{untested: true}, &url.URL{Scheme: "https", Host: "127.0.0.1:443"}, 1, false},
		{"the sandbox", pushIdentity{untested: true}, &url.URL{Scheme: "https", Host: "api.sandbox.push.apple.com:443"}, 1, false},
	} {
		kind, err := (&pushOptions{Env: &cli.Env{}}).kindOf()
		if err != nil {
			t.Fatal(err)
		}
		if got := (pushJob{kind: kind, endpoint: row.endpoint, identity: &row.id}).tests(row.accepted); got != row.want {
			t.Errorf("%s: got %t", row.name, got)
		}
	}
}

// The config file tells of it once, and a push does not fail where that cannot be written.
func TestATestIsNoted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	streams, _, errs := term.Test()
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	o := &pushOptions{Env: &cli.Env{
		IO: streams, Now: func() time.Time { return now },
		Getenv: func(name string) string { return map[string]string{"APNSCTL_CONFIG": path}[name] },
	}}
	data, err := os.ReadFile("../../../testdata/pushcert/state/acme.yaml")
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := o.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := s.Profiles["acme"].Leaf("acme")
	if err != nil {
		t.Fatal(err)
	}
	id := &pushIdentity{profile: "acme", leaf: leaf}
	read := func() ([]byte, *time.Time) {
		o.Reread()
		s, err := o.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data, s.Profiles["acme"].Certificate.TestedAt
	}
	other := *id
	other.leaf = sampleLeaf(t, "created.pem")
	o.NoteTested(t.Context(), other.profile, other.leaf, "push.untested", problem.Params{})
	if _, at := read(); at != nil {
		t.Errorf("noted at %v for another certificate", at)
	}
	errs.Reset()
	o.NoteTested(t.Context(), id.profile, id.leaf, "push.untested", problem.Params{})
	_, at := read()
	if at == nil || !at.Equal(now) || errs.Len() > 0 {
		t.Fatalf("noted at %v; %s", at, errs)
	}
	now = now.Add(time.Hour)
	unwritable := &pushOptions{Env: o.Beside(streams)}
	unwritable.Disk = readOnly{}
	unwritable.NoteTested(t.Context(), id.profile, id.leaf, "push.untested", problem.Params{})
	if !strings.Contains(errs.String(), "renew asks for a test again") {
		t.Errorf("the file cannot be written, and %q is said", errs)
	}
}

// readOnly is a disk that nothing can be written to.
type readOnly struct{ state.TrueDisk }

func (readOnly) Create(name string) (state.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// sampleLeaf is a certificate of the samples.
func sampleLeaf(t *testing.T, name string) *pushcert.Certificate {
	t.Helper()
	data, err := os.ReadFile("../../../testdata/pushcert/certificate/" + name)
	if err != nil {
		t.Fatal(err)
	}
	file, err := pushcert.Read(name, data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return file.Leaf()
}
