package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// blank is a word of a command that a person has to fill in.
var blank = regexp.MustCompile(`^([A-Z]{3,}|YYYY-MM-DD|TokenUpdate\.plist|fleet\.csv|mdm\.cer)$`)

// fill fills in the blanks of a command in place.
func (f *follower) fill(args, before []string) error {
	what := verb(args)
	for i, word := range args {
		if !blank.MatchString(word) {
			continue
		}
		if i > 0 && args[i-1] == "-p" && word != "NAME" {
			continue
		}
		if word == "FILE" && strings.HasPrefix(args[max(i-1, 0)], "--") {
			word = args[i-1]
		}
		value, err := f.value(what, word, args, before)
		if err != nil {
			return err
		}
		args[i] = value
	}
	return nil
}

// value is what a person writes for a blank.
func (f *follower) value(what, word string, args, before []string) (string, error) {
	switch word {
	case "--config":
		if another := f.path("another.yaml"); what == "init" || f.isThere(another) {
			return another, nil
		}
		return "", errUnknown
	case "--out":
		return f.path("another.plist"), nil
	case "DIR":
		return f.path("another-apple"), nil
	case "--ready-file":
		return f.path("another-ready.json"), nil
	case "--ca-file":
		return f.sim.APNsCAFile(), nil
	case "--passphrase-file":
		return f.write("passphrase.txt", testPassphrase)
	case "--identity":
		if identity := f.path("identity.secret"); f.isThere(identity) {
			return identity, nil
		}
		return "", errUnknown
	case "RECIPIENT":
		return f.owner(before)
	case "URL":
		return f.sim.APNsURL(), nil
	case "ROOTFILE":
		return f.sim.RootFile(), nil
	case "REQUEST":
		if f.made["request"] == "" {
			if err := f.again(configFlags(args)); err != nil {
				return "", err
			}
		}
		return f.made["request"], nil
	case "ANSWER":
		return f.answer()
	case "JOURNAL":
		return f.path("new.journal"), nil
	case "HOST":
		return "127.0.0.1", nil
	case "ADDRESS":
		return "mdm@example.com", nil
	case "mdm.cer":
		if flagOf(args, "--config") == "FILE" {
			return "", errUnknown
		}
		if f.made["vendor"] == "" {
			if err := f.must(append([]string{"vendor", "csr", "--out", f.path("vendor-again.csr")}, configFlags(args)...)...); err != nil {
				return "", err
			}
			return f.path(word), f.issueVendor(f.path("vendor-again.csr"))
		}
		return f.made["vendor"], nil
	case "FILE", "CERTFILE", "CERTIFICATE", "CSR", "KEYFILE", "KEY", "TOKENS", "OLDFILE":
		return f.file(what, word, before)
	case "TokenUpdate.plist", "fleet.csv":
		return f.devices()
	}
	if slices.Contains([]string{"NAME", "TEXT", "TOKEN", "MAGIC", "TOPIC", "FOLDER", "SHELL", "YYYY-MM-DD", "AUTHORITY", "VALUE", "--tokens-file", "--certificate", "--key", "--against"}, word) {
		return "", errUnknown
	}
	return "", fmt.Errorf("nobody can tell what to write for %s", word)
}

// substituted is a line with what a POSIX shell puts in the place of "$(cat FILE)".
func (f *follower) substituted(line string) (string, error) {
	for _, m := range regexp.MustCompile(`"\$\(cat ('[^']*'|[^ )]+)\)"`).FindAllStringSubmatch(line, -1) {
		text, err := os.ReadFile(f.path(strings.Trim(m[1], "'")))
		if err != nil {
			return "", err
		}
		line = strings.ReplaceAll(line, m[0], "'"+strings.TrimRight(string(text), "\n")+"'")
	}
	return line, nil
}

// file is the file that is meant: one that came up on the way, else one that only the
// person knows. One that the program was given a moment ago it should have named.
func (f *follower) file(what, word string, before []string) (string, error) {
	switch {
	case what == "vendor import" && f.made["vendor"] != "":
		return f.made["vendor"], nil
	case f.made["certificate"] != "" && word == "FILE":
		return f.made["certificate"], nil
	}
	if given := f.given(); word == "FILE" && len(given) == 1 && len(before) == 0 && !anotherFile[f.advice.Key] {
		return "", fmt.Errorf("%s could have been %s", word, given[0])
	}
	return "", errUnknown
}

// errUnknown tells that only a person knows the file, or the value: the chain ends there.
var errUnknown = errors.New("only the person knows")

// given are the files that the command was given which printed the advice.
func (f *follower) given() (files []string) {
	args := f.advice.given.command[1:]
	for i, arg := range args {
		if i > 0 && strings.HasPrefix(args[i-1], "-") && !slices.Contains([]string{"--yes", "--force", "--first", "--unlock", "--certificate-only"}, args[i-1]) {
			continue
		}
		if _, err := os.Stat(f.path(arg)); err == nil && filepath.Ext(arg) != ".yaml" && arg != "." {
			files = append(files, arg)
		}
	}
	return files
}

// owner is that of the config file whose recipients were listed a moment ago.
func (f *follower) owner(before []string) (string, error) {
	for _, line := range slices.Backward(before) {
		args := words(f.here(line))
		if !slices.Contains(args, "recipients") {
			continue
		}
		doc, status, err := f.run(args...)
		all, _ := doc["recipients"].([]any)
		if err != nil || status != 0 || len(all) == 0 {
			return "", fmt.Errorf("%s: exit status %d, %w: %v", line, status, err, doc)
		}
		first, _ := all[0].(map[string]any)
		return fmt.Sprint(first["recipient"]), nil
	}
	return "", errUnknown
}

func (f *follower) isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (f *follower) write(name, text string) (string, error) {
	return f.path(name), os.WriteFile(f.path(name), []byte(text), 0o600)
}

// devices is a file with one device that listens on the profile's topic.
func (f *follower) devices() (string, error) {
	const token = "2222222222222222222222222222222222222222222222222222222222222222"
	card, err := f.card(profileOf([]string{strings.Join(f.advice.given.command, " ")}))
	if err != nil {
		return "", errUnknown
	}
	_, _, err = call("PUT", f.sim.PortalURL()+"/devices/"+token, fmt.Appendf(nil, `{"topic":%q,"push_magic":"m","state":"active"}`, card.UID))
	if err != nil {
		return "", err
	}
	return f.write("device.csv", "token,push_magic\n"+token+",m\n")
}
