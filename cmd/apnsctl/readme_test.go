package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// readmes are the pages that the program itself has a say in.
func readmes() map[msg.Lang]string {
	return map[msg.Lang]string{msg.English: "../../README.md", msg.Japanese: "../../README.ja.md"}
}

// mostWords is where a page ends to be one that people read.
const mostWords = 1600

// helpPage is what `help … -o json` says.
type helpPage struct {
	Commands []struct{ Name string }
	Flags    []struct{ Name, Shorthand string }
	Exits    []struct{ Code int } `json:"exit_codes"`
}

// helpOf asks the program for a page of its help.
func helpOf(t *testing.T, topic ...string) helpPage {
	t.Helper()
	streams, out, errs := term.Test()
	env := &cli.Env{IO: streams, Now: time.Now, Getenv: func(string) string { return "" }}
	if status := command.Main(t.Context(), env, slices.Concat([]string{"help"}, topic, []string{"-o", "json"})); status != 0 {
		t.Fatalf("help %v: exit %d: %s", topic, status, errs)
	}
	var answer struct{ Result helpPage }
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Result
}

// commands are the paths of all commands that do something, by name.
func commands(t *testing.T) map[string]helpPage {
	t.Helper()
	found := map[string]helpPage{}
	var walk func(path []string)
	walk = func(path []string) {
		page := helpOf(t, path...)
		if len(page.Commands) == 0 {
			found[strings.Join(path, " ")] = page
		}
		for _, sub := range page.Commands {
			walk(slices.Concat(path, []string{sub.Name}))
		}
	}
	walk(nil)
	if len(found) < 10 {
		t.Fatalf("found only %d commands", len(found))
	}
	return found
}

// TestReadmeTables compares the tables of both pages with the program; -update writes them. The
// cells have no spaces around them, for a page is counted in words.
func TestReadmeTables(t *testing.T) {
	commands, exits := helpOf(t).Commands, helpOf(t, "exit-codes").Exits
	heads := map[msg.Lang][2]string{
		msg.English:  {"|command||\n|---|---|\n", "|code|meaning|next step|\n|---|---|---|\n"},
		msg.Japanese: {"|コマンド|内容|\n|---|---|\n", "|コード|意味|次に行うこと|\n|---|---|---|\n"},
	}
	for lang, file := range readmes() {
		say := func(key string) string { return msg.Printer{Lang: lang}.T(key, nil) }
		var list, table strings.Builder
		list.WriteString(heads[lang][0])
		for _, command := range commands {
			fmt.Fprintf(&list, "|`%s`|%s|\n", command.Name, say("help.command."+command.Name+".short"))
		}
		table.WriteString(heads[lang][1])
		for _, exit := range exits {
			key := fmt.Sprintf("help.exit.%d.", exit.Code)
			fmt.Fprintf(&table, "|%d|%s|%s|\n", exit.Code, say(key+"meaning"), say(key+"hint"))
		}
		old := readFile(t, file)
		want := between(t, between(t, old, "commands", list.String()), "exit-codes", table.String())
		switch {
		case want == old:
		case *update:
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s: a table is not what the program says; go test ./cmd/apnsctl -run TestReadme -update", file)
		}
	}
}

// TestReadmeIsShort: a page that is read in minutes, with the picture of its language.
func TestReadmeIsShort(t *testing.T) {
	if words := len(strings.Fields(readFile(t, readmes()[msg.English]))); words >= mostWords {
		t.Errorf("the English page has %d words, want less than %d; what is reference belongs to help", words, mostWords)
	}
	for lang, picture := range map[msg.Lang]string{msg.English: ".github/year.svg", msg.Japanese: ".github/year.ja.svg"} {
		if !strings.Contains(readFile(t, readmes()[lang]), "]("+picture+")") {
			t.Errorf("%s does not show %s", readmes()[lang], picture)
		}
	}
}

// between puts a text between the marks of a name.
func between(t *testing.T, page, name, text string) string {
	t.Helper()
	marks := regexp.MustCompile(`(?s)(<!-- ` + name + `:[^\n]* -->\n).*?(<!-- /` + name + ` -->)`)
	if len(marks.FindAllString(page, -1)) != 1 {
		t.Fatalf("marks of %s: want them once", name)
	}
	return marks.ReplaceAllString(page, "${1}"+strings.ReplaceAll(text, "$", "$$")+"${2}")
}

// TestReadmeCommandsExist looks up every command line of the pages, with its flags.
func TestReadmeCommandsExist(t *testing.T) {
	known := commands(t)
	for _, file := range readmes() {
		lines := commandLines(readFile(t, file))
		if len(lines) < 20 {
			t.Errorf("%s: found only %d command lines", file, len(lines))
		}
		for _, line := range lines {
			if wrong := unknown(known, line); wrong != "" {
				t.Errorf("%s: %q: %s", file, line, wrong)
			}
		}
	}
}

// TestReadmesAgree: what is typed is the same in both languages, line for line.
func TestReadmesAgree(t *testing.T) {
	english, japanese := readmes()[msg.English], readmes()[msg.Japanese]
	if a, b := commandLines(readFile(t, english)), commandLines(readFile(t, japanese)); !slices.Equal(a, b) {
		t.Errorf("the pages show different command lines:\n%s\n\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
}

// commandLines are the lines of code blocks, and the pieces of code in the text, that
// start the program; without prompts, remarks and what follows a pipe.
func commandLines(page string) []string {
	inBlock := regexp.MustCompile(`^(?:\$ |.*run: |.*\* )?(apnsctl [^|&>#]+)`)
	inText := regexp.MustCompile("`(apnsctl [^`]+)`")
	var lines []string
	open := false
	for line := range strings.Lines(page) {
		found := inText.FindAllStringSubmatch(line, -1)
		switch {
		case strings.HasPrefix(line, "```"):
			open = !open
			continue
		case open:
			found = inBlock.FindAllStringSubmatch(line, -1)
		}
		for _, one := range found {
			lines = append(lines, strings.TrimSpace(one[1]))
		}
	}
	return lines
}

// unknown says what the program does not know of a command line.
func unknown(known map[string]helpPage, line string) string {
	words := regexp.MustCompile(`"[^"]*"|\S+`).FindAllString(line, -1)[1:]
	for len(words) > 1 && words[0] == "--config" {
		words = words[2:]
	}
	name := words[0]
	if _, ok := known[name]; !ok && len(words) > 1 {
		name += " " + words[1]
	}
	page, ok := known[name]
	if !ok {
		return "no such command"
	}
	for _, word := range words[1:] {
		flag := strings.TrimLeft(word, "-")
		if flag != word && flag != "" && !slices.ContainsFunc(page.Flags, func(f struct{ Name, Shorthand string }) bool {
			return word == "--"+f.Name || word == "-"+f.Shorthand
		}) {
			return "no flag " + word
		}
	}
	return ""
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
