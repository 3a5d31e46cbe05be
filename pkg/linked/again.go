package linked

import (
	"maps"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/server"
	"github.com/apnsctl/apnsctl/pkg/setting"
)

// again is the command that adds a server anew with other authorities, and links it with its first
// profile, and what is left to do after it. What is sealed is no reference, and stands in no command.
func again(s *lifecycle.State, name string) (a server.Again) {
	at, profiles := s.Servers[name], s.LinkedWith(name)
	words := []string{name, "--kind", at.Kind}
	if at.URL != "" {
		words = append(words, "--url", at.URL)
	}
	words = append(words, "--ca-file", "ca.pem")
	for _, credential := range slices.Sorted(maps.Keys(at.Credentials)) {
		if reference := at.Credentials[credential]; lifecycle.IsSealed(reference) {
			a.Sealed = append(a.Sealed, setting.CredentialKey(name, credential))
		} else {
			words = append(words, "--credential", credential+"="+reference)
		}
	}
	if len(profiles) > 0 {
		words, a.Others = append(words, "-p", profiles[0]), profiles[1:]
	}
	for i, word := range words {
		words[i] = msg.Quote(word)
	}
	a.Command = "apnsctl server add " + strings.Join(words, " ")
	return a
}

// lostRoots tells whose authorities were to be in a file that cannot be used: no flag of this
// command named it.
func lostRoots(err error, name, caFile string, a server.Again) error {
	params := a.Params(problem.Params{"server": name, "file": caFile, "command": a.Command})
	switch problem.Of(err).Code {
	case problem.InputUnreadable:
		return problem.Say(problem.InputUnreadable, "server-ca", params).Because(err)
	case problem.FileUnrecognised:
		return problem.Say(problem.FileUnrecognised, "server-ca", params).Because(err)
	}
	return err
}
