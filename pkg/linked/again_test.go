package linked

import (
	"slices"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// The command adds what was there, without what is sealed, as a shell takes it.
func TestAgain(t *testing.T) {
	s := &lifecycle.State{
		Servers: map[string]*lifecycle.Server{
			"a": {Kind: "jamf", URL: "https://mdm.example", Credentials: map[string]string{"secret": "file:/my own/secret", "id": "env:ID"}},
			"b": {Kind: "fleet", URL: "https://mdm.example", Credentials: map[string]string{"token": "-----BEGIN AGE ENCRYPTED FILE-----\n"}},
		},
		Profiles: map[string]*lifecycle.Profile{"acme": {Server: "a"}, "beta": {Server: "a"}, "gamma": {Server: "a"}},
	}
	for name, want := range map[string]string{
		"a": "apnsctl server add a --kind jamf --url https://mdm.example --ca-file ca.pem --credential id=env:ID --credential 'secret=file:/my own/secret' -p acme",
		"b": "apnsctl server add b --kind fleet --url https://mdm.example --ca-file ca.pem",
	} {
		got := again(s, name)
		others, sealed := map[string][]string{"a": {"beta", "gamma"}}[name], map[string][]string{"b": {"servers.b.credentials.token"}}[name]
		if got.Command != want || !slices.Equal(got.Others, others) || !slices.Equal(got.Sealed, sealed) {
			t.Errorf("%+v", got)
		}
	}
}
