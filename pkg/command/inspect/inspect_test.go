package inspect

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// Nor does an interrupt pass for a fault of the file.
func TestInspectionEndsWhenInterrupted(t *testing.T) {
	waiting, writer := io.Pipe()
	defer writer.Close()
	done := make(chan struct{})
	close(done)
	streams, out, _ := term.Test()
	streams.In, streams.Done = waiting, done
	env := clitest.Env(msg.English)
	env.IO = streams
	err := runInspect(t.Context(), &inspectOptions{Env: env, files: []string{disk.Stdio}})
	if !errors.Is(err, context.Canceled) || out.Len() > 0 {
		t.Errorf("ended with %v and printed %q", err, out)
	}
}

// A bare value is one line of what a terminal shows and never obeys.
func TestFieldIsOneHarmlessLine(t *testing.T) {
	o := &inspectOptions{Env: clitest.Env(msg.English), field: "name"}
	file := &pushcert.File{Role: pushcert.RoleContentToken, Content: &pushcert.ContentToken{Location: "a\x1b]0;x\x07b\nc\td"}}
	got := o.render(inspected{file: file}).text
	if want := "a\ufffd]0;x\ufffdb\ufffdc\ufffdd\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
