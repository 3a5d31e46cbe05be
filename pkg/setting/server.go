package setting

import (
	"maps"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
)

// The parts of the key of a server's credential, with names between.
const (
	servers     = "servers."
	credentials = ".credentials."
)

// CredentialKey is the key of a server's credential.
func CredentialKey(server, name string) string { return servers + server + credentials + name }

// ServerKeys are the keys of the credentials that servers have.
func ServerKeys(s *lifecycle.State) []string {
	var keys []string
	for _, server := range slices.Sorted(maps.Keys(s.Servers)) {
		for _, name := range slices.Sorted(maps.Keys(s.Servers[server].Credentials)) {
			keys = append(keys, CredentialKey(server, name))
		}
	}
	return keys
}

// serverOf takes the key of a credential apart.
func serverOf(key string) (server, name string, ok bool) {
	rest, found := strings.CutPrefix(key, servers)
	at := strings.LastIndex(rest, credentials)
	if !found || at <= 0 || at+len(credentials) == len(rest) {
		return "", "", false
	}
	return rest[:at], rest[at+len(credentials):], true
}

// credential is the place of a server's credential.
type credential struct {
	of   *lifecycle.Server
	name string
}

func (c credential) write(value string) {
	switch {
	case value == "":
		delete(c.of.Credentials, c.name)
	case c.of.Credentials == nil:
		c.of.Credentials = map[string]string{c.name: value}
	default:
		c.of.Credentials[c.name] = value
	}
}
