package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
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

// recipeFiles are all recipes by their base names.
func recipeFiles(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{recipesFolder + "/*", recipesFolder + "/../kubernetes/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, file := range files {
			all[filepath.Base(file)] = fileText(t, file)
		}
	}
	return all
}

// snippets are the indented paragraphs of the help about recipes, and the rest.
func snippets(t *testing.T, lang msg.Lang) (code []string, prose string) {
	t.Helper()
	text, ok := msg.Printer{Lang: lang}.Lookup("topic.recipes.text")
	if !ok {
		t.Fatal("no help about recipes")
	}
	indented := false
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		block, isCode := strings.CutPrefix(paragraph, "  ")
		switch block = strings.ReplaceAll(block, "\n  ", "\n"); {
		case isCode && indented:
			code[len(code)-1] += "\n\n" + block
		case isCode:
			code = append(code, block)
		default:
			prose += paragraph + "\n"
		}
		indented = isCode
	}
	return code, prose
}

// As long as the READMEs say that nothing is released, whoever copies a recipe that downloads a release is told so too.
func TestRecipesTellOfReleasesAsTheReadmesDo(t *testing.T) {
	for lang, row := range map[msg.Lang]struct{ readme, sentence string }{
		msg.English:  {"../../README.md", "Nothing is released yet"},
		msg.Japanese: {"../../README.ja.md", "リリース版はまだありません"},
	} {
		_, prose := snippets(t, lang)
		if said := strings.Contains(fileText(t, row.readme), row.sentence); said != strings.Contains(prose, row.sentence) {
			t.Errorf("%s: %s says %q: %t, help recipes: %t", lang, row.readme, row.sentence, said, !said)
		}
	}
}

// What the help shows stands in the files, line for line, and is the same in both languages; it
// names each file.
func TestHelpShowsTheRecipes(t *testing.T) {
	files := recipeFiles(t)
	english, _ := snippets(t, msg.English)
	if len(english) < 9 {
		t.Errorf("%d recipes", len(english))
	}
	for _, code := range english {
		if !slices.ContainsFunc(slices.Collect(maps.Values(files)), func(text string) bool { return strings.Contains("\n"+text, "\n"+code+"\n") }) {
			t.Errorf("in no file:\n%s", code)
		}
	}
	japanese, _ := snippets(t, msg.Japanese)
	if !slices.Equal(english, japanese) {
		t.Errorf("the languages differ:\n%q\n%q", english, japanese)
	}
	for _, lang := range []msg.Lang{msg.English, msg.Japanese} {
		_, prose := snippets(t, lang)
		code := strings.Join(english, "\n")
		for name := range files {
			// docker's line is there as a whole; fleets are woken, not watched; a test of rules is no recipe.
			if !strings.Contains(prose, name) && !slices.Contains([]string{"container.sh", "wake.yaml", "prometheus.rules_test.yml"}, name) {
				t.Errorf("%s: the help does not name %s", lang, name)
			}
		}
		if !strings.Contains(code, "docker run") {
			t.Error("no line for docker")
		}
	}
}

// Each recipe that starts the program is followed by a script.
func TestScriptsFollowTheRecipes(t *testing.T) {
	scripts, err := filepath.Glob(scriptFolder + "/help/recipe_*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts: %v", len(scripts), err)
	}
	var text strings.Builder
	for _, script := range scripts {
		text.WriteString(fileText(t, script))
	}
	// Prometheus starts nothing, the timer starts its service, and wake.yaml wants a fleet: a test of its own reads it.
	apart := []string{"prometheus.rules.yml", "prometheus.rules_test.yml", "apnsctl-notify.timer", "wake.yaml"}
	for name := range recipeFiles(t) {
		followed := regexp.MustCompile(`(?m)^recipe [0-9]+ (\S*/)?` + regexp.QuoteMeta(name) + " ").MatchString(text.String())
		if followed == slices.Contains(apart, name) {
			t.Errorf("%s: followed by a script: %v", name, followed)
		}
	}
}

// checkedBy runs a program of others on files, if it is there. In CI each is, or that is a failure.
func checkedBy(t *testing.T, dir, program string, args ...string) {
	t.Helper()
	if installed(t, program) == "" {
		return
	}
	c := exec.CommandContext(t.Context(), program, args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil || strings.Contains(string(out), dir) { // systemd ends well after a warning, which names the file
		t.Errorf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
}

func TestPrometheusTakesTheRules(t *testing.T) {
	t.Parallel()
	checkedBy(t, recipesFolder, "promtool", "check", "rules", "--lint-fatal", "prometheus.rules.yml")
	checkedBy(t, recipesFolder, "promtool", "test", "rules", "prometheus.rules_test.yml")
	streams, out, _ := term.Test()
	env := &cli.Env{IO: streams, Now: func() time.Time { return time.Unix(1800000000, 0) }, Getenv: func(string) string { return "" }}
	command.Main(t.Context(), env, []string{"status", "-o", "prometheus", filepath.Join(samplesFolder, "certificate")})
	found := 0
	for _, metric := range regexp.MustCompile(`apnsctl_[a-z_]+`).FindAllString(recipeFiles(t)["prometheus.rules.yml"], -1) {
		found++
		if !strings.Contains(out.String(), "# TYPE "+metric+" gauge\n") {
			t.Errorf("a rule is about %s, which status does not write", metric)
		}
	}
	if found < 5 {
		t.Errorf("%d metrics in the rules", found)
	}
}

// systemd looks for the program too: here another stands in for it.
func TestSystemdTakesTheUnits(t *testing.T) {
	t.Parallel()
	dir, units := t.TempDir(), []string{"apnsctl-notify.service", "apnsctl-notify.timer"}
	for i, name := range units {
		text := strings.ReplaceAll(recipeFiles(t)[name], "=/usr/bin/apnsctl ", "=/bin/true ")
		units[i] = filepath.Join(dir, name)
		if err := os.WriteFile(units[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	checkedBy(t, dir, "systemd-analyze", append([]string{"verify"}, units...)...)
}

// GitHub's own grammar, for the workflow that is copied and the one that it calls.
func TestWorkflowsAreWellFormed(t *testing.T) {
	checkedBy(t, "../..", "actionlint", "testdata/recipes/github.yml", ".github/workflows/watch.yml")
	if text := fileText(t, "../../.github/workflows/watch.yml"); !strings.Contains(text, " status -o github ") {
		t.Error("the workflow does not note what is due on its run")
	}
}
