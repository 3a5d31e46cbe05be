package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/cli/clitest"
	"github.com/apnsctl/apnsctl/pkg/internal/depth"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// manPages writes all pages into a new folder.
func manPages(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "man")
	env := clitest.Env(msg.English)
	env.Build = cli.Build{Version: "1.2.3", Commit: "0", Date: "2026-03-01T00:00:00Z"}
	if status := Main(t.Context(), env, []string{"man", "--out", dir}); status != 0 {
		t.Fatalf("status %d", status)
	}
	return dir
}

// TestEveryCommandHasAManualPage looks for what help says in each page: the summary, each flag
// and each exit status.
func TestEveryCommandHasAManualPage(t *testing.T) {
	t.Parallel()
	dir, pages := manPages(t), 0
	for lang, folder := range map[msg.Lang]string{msg.English: dir, msg.Japanese: filepath.Join(dir, "ja")} {
		env := clitest.Env(lang)
		for _, c := range commands(newRoot(env)) {
			data, err := os.ReadFile(filepath.Join(folder, manName(c)+".1"))
			if err != nil {
				t.Fatal(err)
			}
			pages++
			v, page := newHelpView(env, c), string(data)
			wanted := []string{`\- ` + escapeRoff(v.Summary), ".TP\n130\n", `"2026-03-01" "apnsctl 1.2.3"`}
			for _, f := range v.Flags {
				wanted = append(wanted, `\fB`+escapeRoff("--"+f.Name)+`\fR`)
			}
			for line := range strings.Lines(v.Examples) {
				wanted = append(wanted, "\n"+escapeRoff(strings.TrimSuffix(line, "\n"))+"\n")
			}
			for _, want := range wanted {
				if !strings.Contains(page, want) {
					t.Errorf("%s: the page of %q lacks %q", lang, c.CommandPath(), want)
				}
			}
		}
	}
	if left, err := filepath.Glob(dir + "/*/*.1"); err != nil || pages != 2*len(left) {
		t.Errorf("%d pages in Japanese and %d in all: %v", len(left), pages, err)
	}
}

// TestManualPagesAreWellFormed has mandoc look at each page, and man(1) show what was written.
func TestManualPagesAreWellFormed(t *testing.T) {
	t.Parallel()
	dir := manPages(t)
	pages, err := filepath.Glob(dir + "/*.1")
	if err != nil {
		t.Fatal(err)
	}
	japanese, err := filepath.Glob(dir + "/ja/*.1")
	if err != nil || len(japanese) == 0 || len(pages) != len(japanese) {
		t.Fatalf("%d and %d pages: %v", len(pages), len(japanese), err)
	}
	shown := ask(t, "mandoc", append([]string{"-T", "lint", "-W", "warning"}, append(pages, japanese...)...)...)
	if shown != "" {
		t.Errorf("mandoc: %s", shown)
	}
	for _, row := range []struct {
		page string
		want []string
	}{
		{dir + "/apnsctl.1", []string{"SYNOPSIS", "--config FILE", "ENVIRONMENT VARIABLES"}},
		{dir + "/apnsctl-csr.1", []string{"apnsctl csr -p acme --unsigned", "$APNSCTL_PASSPHRASE", "apnsctl(1)"}},
		{dir + "/ja/apnsctl-csr.1", []string{"apnsctl csr -p acme --unsigned", "名前", "オプション"}},
	} {
		for _, program := range [][]string{{"mandoc", "-T", "utf8"}, {"man", "-l"}} {
			text := ask(t, program[0], append(program[1:], row.page)...)
			text = regexp.MustCompile(".\b").ReplaceAllString(text, "") // bold is typed over
			for _, want := range row.want {
				if text != "" && !strings.Contains(text, want) {
					t.Errorf("%s shows no %q in %s:\n%s", program[0], want, row.page, text)
				}
			}
		}
	}
}

// TestCaskListsThePages: a cask names each page, and goreleaser knows no pattern for them there.
func TestCaskListsThePages(t *testing.T) {
	const file, begin, end = "../../.goreleaser.yaml", "      # pages: written by .ci/update\n", "      # /pages\n"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	for _, c := range commands(newRoot(clitest.Env(msg.English))) {
		list.WriteString("      - man/" + manName(c) + ".1\n")
	}
	before, rest, found := strings.Cut(string(data), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatal("the marks are gone")
	}
	want := before + begin + list.String() + end + after
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(data) {
		t.Errorf("%s lists other pages than there are; run .ci/update", file)
	}
}

// ask runs a program of another's making. Where it is missing, that is said; under CI it is a
// failure, for CI installs it.
func ask(t *testing.T, program string, args ...string) string {
	t.Helper()
	path, found := depth.Program(t, program)
	if !found {
		return ""
	}
	command := exec.CommandContext(t.Context(), path, args...)
	command.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "MANPAGER=cat", "MANWIDTH=80")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("%s %q: %v", program, args[0], err)
	}
	return string(out)
}

// Text of the catalogue may hold whatever roff takes for an order.
func TestRoffIsEscaped(t *testing.T) {
	for text, want := range map[string]string{
		".SH x": `\&.SH x`, "'br": `\(aqbr`, `a\b`: `a\eb`, "--out": `\-\-out`, "a ~^`": `a \(ti\(ha\(ga`,
	} {
		if got := escapeRoff(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// TestTopics requires each topic in the list of help, and no wider than a page.
func TestTopics(t *testing.T) {
	for _, lang := range clitest.Languages() {
		env := clitest.Env(lang)
		about, _ := env.Msg.Lookup("help.command.help.long")
		for _, name := range topicNames(env) {
			if !strings.Contains(about, name) {
				t.Errorf("%s: the help of help does not name the topic %s", lang, name)
			}
			streams, out, _ := term.Test()
			env.IO = streams
			if status := Main(t.Context(), env, []string{"help", name, "--lang", string(lang)}); status != 0 {
				t.Errorf("help %s: status %d", name, status)
			}
			for line := range strings.Lines(out.String()) {
				if width := term.Width(strings.TrimSuffix(line, "\n")); width > term.Columns {
					t.Errorf("help %s: %d columns: %s", name, width, line)
				}
			}
		}
	}
}
