// Package actor names who runs a command: by a variable, else who started the job of a CI system, else
// the user and the machine. Variables come in.
package actor

import (
	"cmp"
	"os"
	osuser "os/user"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// actorVariables are where CI systems say who started a job: GitHub and Forgejo, GitLab, CircleCI,
// Buildkite, Azure, Jenkins, AppVeyor, TeamCity.
func actorVariables() []string {
	return []string{
		"GITHUB_ACTOR", "GITLAB_USER_LOGIN", "CIRCLE_USERNAME", "BUILDKITE_BUILD_CREATOR_EMAIL", "BUILD_REQUESTEDFOREMAIL",
		"BUILD_USER_ID", "APPVEYOR_REPO_COMMIT_AUTHOR", "TEAMCITY_BUILD_TRIGGEREDBY_USERNAME",
	}
}

// mostActor is how long the name of who runs a command may be, in characters.
const mostActor = 120

// Name names who runs a command, for the history: the name given, else who started the job of a
// CI system, else the user and the machine.
func Name(given string, getenv func(string) string) string {
	name := cmp.Or(given, getenv("APNSCTL_ACTOR"))
	for _, variable := range actorVariables() {
		name = cmp.Or(name, getenv(variable))
	}
	if name = strings.TrimSpace(msg.Clean(name)); name != "" {
		letters := []rune(name)
		return string(letters[:min(len(letters), mostActor)])
	}
	return user(getenv)
}

// user is the user and the machine, as the system tells them; the machine alone where it does not know who
// the user is, as in a container.
func user(getenv func(string) string) string {
	name := cmp.Or(getenv("USER"), getenv("LOGNAME"), getenv("USERNAME"))
	if account, err := osuser.Current(); name == "" && err == nil {
		name = account.Username
	}
	host, err := os.Hostname()
	switch {
	case err != nil:
		return cmp.Or(name, "unknown")
	case name == "":
		return host
	}
	return name + "@" + host
}
