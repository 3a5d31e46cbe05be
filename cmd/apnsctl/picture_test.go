package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/simulator"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// TestPictures plays the year with the real commands and compares the pictures of the
// transcript, which the READMEs show; -update writes them.
func TestPictures(t *testing.T) {
	w := newWorld(t)
	for lang, file := range map[msg.Lang]string{msg.English: "../../.github/year.svg", msg.Japanese: "../../.github/year.ja.svg"} {
		t.Run(string(lang), func(t *testing.T) {
			path, err := filepath.Abs(file)
			if err != nil {
				t.Fatal(err)
			}
			got := picture(w.year(t, lang))
			want, err := os.ReadFile(path)
			switch {
			case *update:
				err = os.WriteFile(path, []byte(got), 0o644)
			case err == nil && got != string(want):
				t.Errorf("%s is not what the commands say; run go test ./cmd/apnsctl -run TestPictures -update, and look at it", file)
			}
			if err != nil && (!*update || !errors.Is(err, fs.ErrNotExist)) {
				t.Fatal(err)
			}
		})
	}
}

// year is a transcript of a renewal, with the mistake that ends fleets: "Create" in place of "Renew".
func (w *world) year(t *testing.T, lang msg.Lang) []string {
	t.Helper()
	folder := "year-" + string(lang)
	w.copy("registered", folder)
	t.Chdir(w.path(folder))
	now := time.Date(2027, time.February, 6, 9, 0, 0, 0, time.UTC)
	sim, err := simulator.Start(t.Context(), simulator.Options{Dir: w.apple(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	var lines []string
	play := func(want int, from string, most int, args ...string) {
		streams, out, errs := term.Test()
		variables := map[string]string{"APNSCTL_CONFIG": "config.yaml", "USER": "tester", "APNSCTL_LANG": string(lang)}
		env := &cli.Env{IO: streams, Now: func() time.Time { return now }, Getenv: func(name string) string { return variables[name] }}
		if status := command.Main(t.Context(), env, args); status != want {
			t.Fatalf("apnsctl %q: status %d, want %d\n%s%s", args, status, want, out, errs)
		}
		lines = append(lines, "$ apnsctl "+strings.Join(args, " "))
		shown := 0
		for line := range strings.Lines(out.String()) {
			line = strings.TrimRight(strings.ReplaceAll(line, w.path(folder)+string(filepath.Separator), ""), " \n")
			if from != "" && shown == 0 && !strings.Contains(line, from) {
				continue
			}
			if line == "" || strings.Contains(line, "SIMULATOR") || shown == 0 && isRehearsal(line, lang) {
				continue
			}
			if shown++; shown > most {
				lines = append(lines, "  …")
				break
			}
			lines = append(lines, line)
		}
		if want != 0 {
			lines = append(lines, fmt.Sprintf("(exit %d)", want))
		}
	}
	post := func(path, answer string) {
		body, err := os.ReadFile("PushCertificateRequest-acme.plist")
		if err != nil {
			t.Fatal(err)
		}
		status, data, err := call("POST", sim.PortalURL()+path, body)
		if err != nil || status != 201 {
			t.Fatalf("status %d, %v: %s", status, err, data)
		}
		if err := os.WriteFile(answer, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	play(4, "", 4, "status")
	play(0, "", 2, "csr", "acme")
	post("/certificates", "MDM_created.pem")
	post("/certificates/"+w.serial("registered/acme.pem")+"/renew", "MDM_renewed.pem")
	play(3, "topic-mismatch", 6, "verify", "MDM_created.pem")
	play(0, "", 2, "import", "MDM_renewed.pem")
	play(0, "acme", 4, "verify", "-p", "acme")
	return lines
}

// isRehearsal tells whether a line is what a page of a rehearsal begins with.
func isRehearsal(line string, lang msg.Lang) bool {
	text := msg.Printer{Lang: lang}.T("output.rehearsal", nil)
	return strings.HasPrefix(text, line) || strings.HasSuffix(text, line)
}

// steady replaces what is random in each run by what is not, so that pictures can be compared.
func steady(text string) string {
	seen := map[string]string{}
	random := regexp.MustCompile(`[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|\b[0-9A-Fa-f]{8,}\b`)
	return random.ReplaceAllStringFunc(text, func(found string) string {
		key := strings.ToLower(found)
		if seen[key] == "" {
			seen[key] = fmt.Sprintf("%x", sha256.Sum256([]byte{byte(len(seen))}))
		}
		var out strings.Builder
		for i, r := range found {
			if r == '-' {
				out.WriteRune(r)
			} else {
				out.WriteByte(seen[key][i])
			}
		}
		return out.String()
	})
}

// picture draws a transcript as a terminal shows it.
func picture(lines []string) string {
	const lineHeight, left, top, width = 19, 16, 44, 720
	var b strings.Builder
	height := top + len(lines)*lineHeight + 14
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="apnsctl">
<rect width="100%%" height="100%%" rx="8" fill="#1b1f24"/>
<g><circle cx="20" cy="18" r="6" fill="#ff5f57"/><circle cx="40" cy="18" r="6" fill="#febc2e"/><circle cx="60" cy="18" r="6" fill="#28c840"/></g>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'Noto Sans Mono CJK JP','Osaka-Mono','MS Gothic',monospace" font-size="13.5">
`, width, height, width, height)
	for i, line := range strings.Split(steady(strings.Join(lines, "\n")), "\n") {
		colour := "#d0d7de"
		switch {
		case strings.HasPrefix(line, "$ "):
			colour = "#7ee787"
		case strings.HasPrefix(line, "(exit "):
			colour = "#ffa657"
		}
		fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\" fill=\"%s\" xml:space=\"preserve\">%s</text>\n", left, top+i*lineHeight, colour, html.EscapeString(line))
	}
	return b.String() + "</g>\n</svg>\n"
}
