package command_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/command/commandtest"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// No flag turns the verification of servers off, not even on loopback: none is named so, and with
// each that push has, a server of an unknown authority gets no push.
func TestVerificationCannotBeTurnedOff(t *testing.T) {
	t.Parallel()
	w := commandtest.NewPushWorld(t)
	type flag struct{ Name, Value, Text string }
	flagsOf := func(words ...string) (flags []flag, commands []string) {
		var help struct {
			Result struct {
				Flags    []flag
				Commands []struct{ Name string }
			}
		}
		text := w.Must(append(append([]string{"help"}, words...), "-o", "json")...)
		if err := json.Unmarshal([]byte(text), &help); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		for _, c := range help.Result.Commands {
			commands = append(commands, c.Name)
		}
		return help.Result.Flags, commands
	}
	suspicious := regexp.MustCompile(`(?i)insecure|skip.?(tls|verif|cert)|no.?(tls|verif|check.?cert)|(without|ignore|disable|turn off).*(tls|verif|certificate.?err)`)
	seen := map[string]bool{}
	var walk func(words ...string)
	walk = func(words ...string) {
		flags, commands := flagsOf(words...)
		for _, f := range flags {
			seen[strings.Join(words, " ")+" --"+f.Name] = true
			if suspicious.MatchString(f.Name) || suspicious.MatchString(f.Text) {
				t.Errorf("apnsctl %s has --%s: %s", strings.Join(words, " "), f.Name, f.Text)
			}
		}
		for _, c := range commands {
			if c != "completion" && c != "help" {
				walk(append(slices.Clip(words), c)...)
			}
		}
	}
	walk()
	if len(seen) < 100 {
		t.Fatalf("only %d flags were found", len(seen))
	}

	pushFlags, _ := flagsOf("push")
	push := []string{"push", "--endpoint", w.Sim.APNsURL(), "--token", strings.Repeat("ab", 32), "--push-magic", "m"}
	tried := 0
	for _, f := range append([]flag{{Name: "quiet"}}, pushFlags...) {
		if f.Value != "" || f.Name == "dry-run" || f.Name == "version" || f.Name == "resume" || f.Name == "background" || f.Name == "voip" {
			continue // these connect to nobody, or ask for more
		}
		began := time.Now()
		status, out, errs := w.Run(strings.NewReader(""), append(push, "--"+f.Name)...)
		if status != int(problem.ExitNetwork) && status != int(problem.ExitUsage) {
			t.Errorf("--%s: status %d after %v\n%s%s", f.Name, status, time.Since(began), out, errs)
		}
		tried++
	}
	if got := w.Pushes(); len(got) > 0 || tried < 3 {
		t.Errorf("%d pushes reached a server that is not trusted, with %d flags tried", len(got), tried)
	}
	t.Logf("%d flags of all commands, %d tried on a server that is not trusted", len(seen), tried)
}
