package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// follower does what the program advised, line by line, as a person at a shell would: at
// the portal as the card says, with the files that they have.
type follower struct {
	advice advice
	dir    string
	env    []string
	sim    *simulator.Simulator
	made   map[string]string // files that came up on the way, by what they are
	topic  string            // that the profile knew before
	topics map[string]string // the same of each profile that a new file takes over
	end    bool              // a renewed certificate was imported
}

// chains are the ways that a text offers: a sentence that begins with a capital letter
// begins another one, one that goes on does not. Where all ways stand below one sentence,
// choices names the text.
func chains(a advice) (all [][]string) {
	for line := range strings.SplitSeq(a.Text, "\n") {
		command, isCommand := strings.CutPrefix(line, "  apnsctl ")
		if ofShell(strings.TrimPrefix(line, "  ")) && strings.HasPrefix(line, "  ") {
			command, isCommand = line[2:], true
		}
		switch {
		case isCommand && (len(all) == 0 || choices[a.Key]):
			all = append(all, []string{command})
		case isCommand:
			all[len(all)-1] = append(all[len(all)-1], command)
		case len(all) > 0 && len(all[len(all)-1]) > 0 && line != "" && unicode.IsUpper(rune(line[0])):
			all = append(all, nil)
		}
	}
	return slices.DeleteFunc(all, func(chain []string) bool { return len(chain) == 0 })
}

// start is a folder with the situation: a copy, unless no other way starts from there.
func (s *situation) start() (dir string, err error) {
	if s.ways == 1 {
		return s.folder, nil
	}
	if dir, err = os.MkdirTemp(filepath.Dir(s.folder), "follow-*"); err != nil {
		return "", err
	}
	return dir, copyFiles(s.folder, dir)
}

// follow follows one chain from its situation.
func (c *counsel) follow(a advice, chain []string) (end bool, err error) {
	dir, err := a.given.start()
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if _, err := os.Stat(filepath.Join(dir, "apple")); err != nil {
		if err := copyFiles(c.apple, filepath.Join(dir, "apple")); err != nil {
			return false, err
		}
	}
	f := &follower{advice: a, dir: dir, made: map[string]string{}, topics: map[string]string{}}
	now, err := time.Parse(time.RFC3339, a.given.env["TEST_NOW"])
	if err != nil {
		return false, err
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	f.sim, err = simulator.Start(ctx, simulator.Options{Dir: filepath.Join(dir, "apple"), Now: func() time.Time { return now }})
	if err != nil {
		return false, err
	}
	defer f.sim.Close()
	taken := filepath.Join(dir, "taken")
	if err := os.Mkdir(taken, 0o700); err != nil {
		return false, err
	}
	f.env = append(f.env, "TEST_KEYS="+followersKeys(), "TEST_KEYS_TAKEN="+taken)
	f.environment()
	if slices.ContainsFunc(chain, registers) {
		if card, err := f.card(profileOf(chain)); err == nil {
			f.topic = card.UID
		}
	}
	if slices.ContainsFunc(chain, func(line string) bool { return verb(words(line)) == "init" }) {
		f.moving(chain)
	}
	for i, line := range chain {
		if err := f.line(line, chain[:i]); err != nil {
			return false, fmt.Errorf("%s: %w", line, err)
		}
	}
	return f.end, nil
}

// moving keeps which topic each profile has before a new file takes it over.
func (f *follower) moving(chain []string) {
	for _, line := range chain {
		name := flagOf(words(line), "-p")
		if _, known := f.topics[name]; known || name == "" || name == "NAME" {
			continue
		}
		if card, err := f.card([]string{"-p", name}); err == nil {
			f.topics[name] = card.UID
		}
	}
}

// registers tells whether a line may end with an import, which has a topic to keep.
func registers(line string) bool {
	return slices.Contains([]string{"import", "portal"}, verb(words(line)))
}

// environment is the situation's, moved here. Whoever is asked for a passphrase or a
// password knows it.
func (f *follower) environment() {
	values := map[string]string{
		"APNSCTL_PASSPHRASE": testPassphrase, "APNSCTL_FILE_PASSWORD": testFilePassword, "APNSCTL_ORGANIZATION": "Example School",
		"APNSCTL_MDMCERT_URL": f.sim.PortalURL() + "/mdmcert.download/api/v1/signrequest", "APNSCTL_MDMCERT_KEY": "key", "APNSCTL_MDMCERT_ACCOUNT": "mdm@example.com",
	}
	for name, value := range f.advice.given.env {
		if value != "" {
			values[name] = f.here(value)
		}
	}
	values["HOME"], values["APNSCTL_LANG"] = f.path("."), "en"
	values["GORACE"] = os.Getenv("GORACE")
	for name, value := range values {
		f.env = append(f.env, name+"="+value)
	}
}

// here moves paths of the situation's folder, and its simulator, to the copy.
func (f *follower) here(text string) string {
	given := f.advice.given
	text = strings.ReplaceAll(text, given.work, f.path("."))
	for name, now := range map[string]string{"APNS": f.sim.APNsURL(), "APNS_CA": f.sim.APNsCAFile(), "ROOT_FILE": f.sim.RootFile()} {
		if before := given.env[name]; before != "" {
			text = strings.ReplaceAll(text, before, now)
		}
	}
	return text
}

func (f *follower) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(f.dir, "work", name)
}

// run runs a command; doc is its JSON result, status its exit status.
func (f *follower) run(args ...string) (doc map[string]any, status int, err error) {
	toStdout := flagOf(args, "--out") == "-" // which takes no JSON besides
	if !toStdout && !slices.ContainsFunc(args, func(arg string) bool { return slices.Contains([]string{"-o", "--help", "help", "--field"}, arg) }) {
		args = append(args, "-o", "json")
	}
	e := errand{Dir: f.path("."), Env: f.env, Args: args}
	if slices.Contains(args, "-") {
		e.Stdin = "https://example.com/typed\n"
	}
	done, err := e.run()
	if err != nil {
		return nil, 0, err
	}
	out := done.Stdout
	var answer struct {
		Result map[string]any
		Error  map[string]any
	}
	isJSON := json.Unmarshal(out, &answer) == nil
	if done.Status != 0 {
		out = append(out, done.Stderr...)
	}
	switch {
	case isJSON && answer.Error != nil:
		return answer.Error, done.Status, nil
	case answer.Result == nil:
		answer.Result = map[string]any{"output": string(out)}
	}
	return answer.Result, done.Status, nil
}

// lookIn finds a program in a list of folders.
func lookIn(list, name string) (string, error) {
	for _, folder := range filepath.SplitList(list) {
		if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is in none of %s", name, list)
}

// words splits a command line as a POSIX shell does.
func words(line string) (args []string) {
	var word strings.Builder
	quoted, begun, literal := false, false, false
	for _, r := range line {
		switch {
		case literal:
			word.WriteRune(r)
			literal = false
		case r == '\\' && !quoted:
			literal, begun = true, true
		case r == '\'':
			quoted, begun = !quoted, true
		case r == ' ' && !quoted:
			if begun {
				args = append(args, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if begun {
		args = append(args, word.String())
	}
	return args
}

// verb is the command of a line, without flags and arguments: "vendor csr".
func verb(args []string) string {
	var parts []string
	for i := 0; i < len(args) && len(parts) < 2; i++ {
		if args[i] == "--config" || args[i] == "-p" {
			i++
			continue
		}
		if strings.HasPrefix(args[i], "-") {
			break
		}
		parts = append(parts, args[i])
		if !slices.Contains([]string{"vendor", "token", "devices", "config", "server"}, args[i]) {
			break
		}
	}
	return strings.Join(parts, " ")
}

// flagOf is the value of a flag, "" where it is not given.
func flagOf(args []string, name string) string {
	if i := slices.Index(args, name); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}

// profileOf is the profile that a chain is about, with its config file, as flags.
func profileOf(chain []string) (flags []string) {
	for _, line := range chain {
		args := words(line)
		for _, name := range []string{"-p", "--config"} {
			if value := flagOf(args, name); value != "" && !slices.Contains(flags, name) && value != "NAME" && value != "FILE" {
				flags = append(flags, name, value)
			}
		}
	}
	return flags
}
