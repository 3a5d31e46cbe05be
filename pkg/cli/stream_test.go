package cli

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/document"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// A document that is cut short is one document still, and says that it was.
func TestInterruptedStreamIsOneDocument(t *testing.T) {
	for name, elements := range map[string]int{"before the first element": 0, "after the first": 1, "later": 3} {
		env := testEnv(msg.English)
		streams, out, _ := term.Test()
		env.IO, env.Global.Output = streams, OutputJSON
		s := env.Stream("files")
		for range elements {
			if err := s.Element(`{"path": "a"}`); err != nil {
				t.Fatal(err)
			}
		}
		if got := env.Finish(t.Context(), context.Canceled); got != problem.ExitInterrupted {
			t.Errorf("%s: exit %d", name, got)
		}
		var doc document.Envelope
		decoder := json.NewDecoder(strings.NewReader(out.String()))
		if err := decoder.Decode(&doc); err != nil || doc.OK || doc.Error == nil || doc.Schema != document.Schema || decoder.More() {
			t.Errorf("%s: %v, %s", name, err, out)
		}
	}
}
