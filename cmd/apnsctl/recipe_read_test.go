package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// readRecipe finds the command lines of a recipe, by the grammar of the program it is for.
func readRecipe(name string, text []byte, set map[string]string) ([]started, error) {
	switch base := filepath.Base(name); {
	case base == "crontab":
		return readCrontab(string(text))
	case strings.HasSuffix(base, ".service"):
		return readService(string(text))
	case base == "nagios.cfg":
		return readNagios(string(text))
	case base == "icinga2.conf":
		return readIcinga(string(text))
	case base == "container.sh":
		return readContainer(string(text))
	case base == "gitlab-ci.yml":
		return readGitLab(text)
	case base == "github.yml":
		return readGitHub(text, set)
	case strings.HasPrefix(name, "../kubernetes/"):
		return readCronJob(text)
	}
	return nil, fmt.Errorf("nothing reads the recipe %s", name)
}

// readCrontab reads crontab(5): five fields of time and the line; a variable holds from there on.
func readCrontab(text string) (all []started, err error) {
	env := map[string]string{"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "HOME": "/nonexistent", "LOGNAME": "nobody"}
	variable, job := regexp.MustCompile(`^([A-Z]+)=(\S+)$`), regexp.MustCompile(`^((?:[0-9*/,-]+ ){5})(\S.*)$`)
	for line := range strings.SplitSeq(text, "\n") {
		if m := variable.FindStringSubmatch(line); m != nil {
			env[m[1]] = m[2]
			continue
		}
		m := job.FindStringSubmatch(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case m == nil:
			return nil, fmt.Errorf("cron reads no line %q", line)
		case strings.Contains(strings.ReplaceAll(m[2], `\%`, ""), "%"):
			return nil, fmt.Errorf("cron ends the line at %%: %q", line)
		default:
			all = append(all, shell(m[2], maps.Clone(env)))
		}
	}
	return all, nil
}

// readService reads the ExecStart of a unit; systemd starts it without a shell.
func readService(text string) (all []started, err error) {
	for line := range strings.SplitSeq(text, "\n") {
		if command, ok := strings.CutPrefix(line, "ExecStart="); ok {
			if strings.ContainsAny(command, `%$"'\;`) {
				return nil, fmt.Errorf("systemd reads more than words in %q", command)
			}
			all = append(all, started{words: strings.Fields(command), env: map[string]string{"PATH": "/usr/bin:/bin"}})
		}
	}
	return all, nil
}

// readNagios puts the arguments of each service's check_command into the command of that name.
func readNagios(text string) (all []started, err error) {
	text = regexp.MustCompile(`(?m)^#.*$`).ReplaceAllString(text, "")
	commands, checks := map[string]string{}, []string{}
	for _, define := range regexp.MustCompile(`(?s)define (\w+) \{\n(.*?)\n\}`).FindAllStringSubmatch(text, -1) {
		values := map[string]string{}
		for line := range strings.SplitSeq(define[2], "\n") {
			key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			values[key] = strings.TrimSpace(value)
		}
		if define[1] == "command" {
			commands[values["command_name"]] = values["command_line"]
		} else {
			checks = append(checks, values["check_command"])
		}
	}
	for _, check := range checks {
		parts := strings.Split(check, "!")
		line := commands[parts[0]]
		for i, value := range parts[1:] {
			line = strings.ReplaceAll(line, fmt.Sprintf("$ARG%d$", i+1), value)
		}
		if line == "" || strings.Contains(line, "$") {
			return nil, fmt.Errorf("%s is the line %q", check, line)
		}
		all = append(all, shell(line, map[string]string{"PATH": "/usr/bin:/bin"}))
	}
	return all, nil
}

// readIcinga puts the variables into the arguments of the command.
func readIcinga(text string) ([]started, error) {
	vars, words := map[string]string{}, []string{}
	for _, m := range regexp.MustCompile(`(?m)^  vars\.(\w+) = "?([^"\n]+)"?$`).FindAllStringSubmatch(text, -1) {
		vars[m[1]] = m[2]
	}
	command := regexp.MustCompile(`(?m)^  command = \[ (.*) \]$`).FindStringSubmatch(text)
	if command == nil {
		return nil, fmt.Errorf("no command in %q", text)
	}
	for word := range strings.SplitSeq(command[1], ", ") {
		words = append(words, strings.Trim(word, `"`))
	}
	for _, m := range regexp.MustCompile(`(?m)^    "([^"]+)" = (\{ value = )?"\$(\w+)\$"(, skip_key = true, required = true, order = 1 \})?$`).FindAllStringSubmatch(text, -1) {
		value, ok := vars[m[3]]
		if !ok || (m[2] == "") != (m[4] == "") {
			return nil, fmt.Errorf("argument %q", m[0])
		}
		if m[2] == "" {
			words = append(words, m[1])
		}
		words = append(words, value)
	}
	return []started{{words: words, env: map[string]string{"PATH": "/usr/bin:/bin"}}}, nil
}

// readContainer reads a line for docker: what the image is given, in a container without HOME,
// where only what is mounted is there.
func readContainer(text string) ([]started, error) {
	line := strings.ReplaceAll(regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(text, ""), "\\\n", "")
	words := strings.Fields(line)
	image := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "ghcr.io/apnsctl/apnsctl") })
	if image < 0 || !slices.Contains(words[:image], "--read-only") {
		return nil, fmt.Errorf("no image, or one that can be written: %q", line)
	}
	for i, word := range words[:image] {
		if word == "-v" && !strings.HasSuffix(words[i+1], `:ro"`) {
			return nil, fmt.Errorf("%s can be written", words[i+1])
		}
	}
	return []started{{words: append([]string{"/usr/bin/apnsctl"}, words[image+1:]...), env: bare(), readOnly: true}}, nil
}

// bare is what a container has: no HOME, no PATH, and no folder for what is temporary.
func bare() map[string]string { return map[string]string{"TMPDIR": "/nonexistent"} }
