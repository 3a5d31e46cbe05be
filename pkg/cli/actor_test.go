package cli

import (
	"strings"
	"testing"
)

// Who does it is who is named, else who started the job, else the user here.
func TestActorIsTheOneNamed(t *testing.T) {
	for name, tt := range map[string]struct {
		flag string
		env  map[string]string
		want string
	}{
		"the flag":            {"flag", map[string]string{"APNSCTL_ACTOR": "variable", "GITHUB_ACTOR": "octocat"}, "flag"},
		"the variable":        {"", map[string]string{"APNSCTL_ACTOR": "variable", "GITHUB_ACTOR": "octocat"}, "variable"},
		"GitHub's":            {"", map[string]string{"GITHUB_ACTOR": "octocat", "USER": "runner"}, "octocat"},
		"GitLab's":            {"", map[string]string{"GITLAB_USER_LOGIN": "tanuki", "USER": "runner"}, "tanuki"},
		"nothing but blanks":  {"", map[string]string{"APNSCTL_ACTOR": " ", "USER": "taro"}, "taro@"},
		"the user":            {"", map[string]string{"USER": "taro"}, "taro@"},
		"control characters":  {"a\x1b[2Jb\n", nil, "a\ufffd[2Jb\ufffd"},
		"longer than any one": {strings.Repeat("長", 300), nil, strings.Repeat("長", 120)},
	} {
		t.Run(name, func(t *testing.T) {
			e := &Env{Getenv: func(name string) string { return tt.env[name] }}
			e.Global.actor = tt.flag
			got := e.Actor()
			if got != tt.want && (!strings.HasSuffix(tt.want, "@") || !strings.HasPrefix(got, tt.want)) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// Where nobody is named, the system's own list of users tells who it is; a made-up name is nobody's.
func TestActorIsNeverUnknownAtAMachine(t *testing.T) {
	e := &Env{Getenv: func(string) string { return "" }}
	if got := e.Actor(); got == "" || strings.HasPrefix(got, "unknown@") || strings.HasPrefix(got, "@") {
		t.Errorf("%q", got)
	}
}
