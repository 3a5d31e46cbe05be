package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Nobody has to kill a command that waits for input.
func TestReadingEndsWhenInterrupted(t *testing.T) {
	waiting, writer := io.Pipe()
	defer writer.Close()
	done := make(chan struct{})
	env := testEnv(msg.English)
	env.IO.In, env.IO.Done = waiting, done
	ended := make(chan error)
	go func() {
		_, err := env.read(stdio)
		ended <- err
	}()
	if _, err := writer.Write([]byte("something")); err != nil {
		t.Fatal(err)
	}
	close(done)
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

// Nor does an interrupt pass for a fault of the file.
func TestInspectionEndsWhenInterrupted(t *testing.T) {
	waiting, writer := io.Pipe()
	defer writer.Close()
	done := make(chan struct{})
	close(done)
	streams, out, _ := term.Test()
	streams.In, streams.Done = waiting, done
	env := testEnv(msg.English)
	env.IO = streams
	err := runInspect(t.Context(), &inspectOptions{Env: env, files: []string{stdio}})
	if !errors.Is(err, context.Canceled) || out.Len() > 0 {
		t.Errorf("ended with %v and printed %q", err, out)
	}
}

func TestReadingAPipeToItsEnd(t *testing.T) {
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	env := testEnv(msg.English)
	env.IO.In = out
	go func() { _, _ = io.WriteString(in, "all of it"); _ = in.Close() }()
	if data, err := env.read(stdio); err != nil || string(data) != "all of it" {
		t.Errorf("%q, %v", data, err)
	}
}

// A vendor is never asked for the password of a customer's key, and signs nothing by a
// guess.
func TestReadCSR(t *testing.T) {
	sample := func(name string) []byte {
		data, err := os.ReadFile("../../testdata/pushcert/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	o := &vendorSignOptions{Env: testEnv(msg.English)}
	for name, want := range map[string]struct {
		text []byte
		key  string
	}{
		"with its key": {slices.Concat(sample("csr/rsa.pem"), sample("key/pbes2-sha256-aes256.pem")), "wrong-role.csr-with-key"},
		"two of them":  {slices.Concat(sample("csr/rsa.pem"), sample("csr/ec.pem")), "several-certificates.csr"},
	} {
		path := filepath.Join(t.TempDir(), "c.csr")
		if err := os.WriteFile(path, want.text, 0o600); err != nil {
			t.Fatal(err)
		}
		err := o.readCSR(&customer{name: path})
		if err == nil || problem.Of(err).Key() != want.key {
			t.Errorf("%s: %v, want %s", name, err, want.key)
		}
	}
}
