package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
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
		_, err := env.Read(disk.Stdio)
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
	if data, err := env.Read(disk.Stdio); err != nil || string(data) != "all of it" {
		t.Errorf("%q, %v", data, err)
	}
}
