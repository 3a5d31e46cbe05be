package lifecycle

import (
	"encoding/pem"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// What a file says of whom to trust counts, and what it cannot say is damage.
func TestTrustOfAState(t *testing.T) {
	const none = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
	root := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: newAuthority(t).cert.Raw}))
	for name, row := range map[string]struct {
		state     *State
		rehearsal bool
		damaged   string
	}{
		"no file":                     {},
		"Apple's":                     {state: &State{}},
		"a rehearsal's":               {state: &State{TrustRoot: root}, rehearsal: true},
		"with intermediates":          {state: &State{TrustRoot: root, Intermediates: root}, rehearsal: true},
		"a root as an intermediate":   {state: &State{Intermediates: root}},
		"a damaged root":              {state: &State{TrustRoot: none}, damaged: "trust_root"},
		"intermediates that are none": {state: &State{Intermediates: none}, damaged: "intermediates"},
	} {
		trust, err := row.state.Trust()
		switch p := problem.Of(err); {
		case row.damaged != "":
			if p.Code != problem.StateDamaged || p.Params["owner"] != row.damaged {
				t.Errorf("%s: %v", name, err)
			}
		case err != nil || trust.Rehearsal() != row.rehearsal:
			t.Errorf("%s: rehearsal %v (%v)", name, trust.Rehearsal(), err)
		}
	}
}
