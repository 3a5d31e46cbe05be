package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
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
		_, err := env.Read(Stdio)
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

func TestReadingAPipeToItsEnd(t *testing.T) {
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	env := testEnv(msg.English)
	env.IO.In = out
	go func() { _, _ = io.WriteString(in, "all of it"); _ = in.Close() }()
	if data, err := env.Read(Stdio); err != nil || string(data) != "all of it" {
		t.Errorf("%q, %v", data, err)
	}
}

// What lies in the place of an output may be larger than the memory: it is not read to be compared.
func TestAHugeFileInTheWayIsNotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.pem")
	if err := os.WriteFile(path, []byte("request"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (Output{Path: path}).Check([]byte("request")); err != nil {
		t.Error(err)
	}
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{nil, []byte("request")} {
		if err := (Output{Path: path}).Check(data); err == nil || problem.Of(err).Code != problem.OutputExists {
			t.Error(err)
		}
	}
}
