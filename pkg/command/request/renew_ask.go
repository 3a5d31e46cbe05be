package request

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// confirm asks; Enter means usual.
func (g *guide) confirm(key string, usual bool) (bool, error) {
	yes, answered, err := g.AskYesNo(key, problem.Params{"profile": g.name})
	if err == nil && !answered {
		return usual, nil
	}
	return yes, err
}

func (g *guide) ask(key string, params problem.Params) (string, error) {
	return g.IO.Ask("\n" + term.Wrap(g.T("output.ask."+key, params), g.IO.Columns) + " ")
}

// page prints text that is not the result of one command.
func (g *guide) page(write func(*cli.Page)) {
	p := &cli.Page{Env: g.Env}
	write(p)
	fmt.Fprint(g.IO.Out, p.Done()+"\n")
}

// path is a path as a terminal takes it from a file manager: dragged in with quotes or
// backslashes before spaces, or typed with a tilde-free name.
func path(answer string) string {
	answer = strings.TrimSpace(answer)
	if n := len(answer); n > 1 && (answer[0] == '\'' || answer[0] == '"') && answer[n-1] == answer[0] {
		return answer[1 : n-1]
	}
	if _, err := os.Stat(answer); err == nil {
		return answer
	}
	return strings.ReplaceAll(answer, `\ `, " ")
}

// downloads is where browsers put files.
func (g *guide) downloads() string {
	for _, home := range []string{g.Getenv("HOME"), g.Getenv("USERPROFILE")} {
		dir := filepath.Join(home, "Downloads")
		if info, err := os.Stat(dir); home != "" && err == nil && info.IsDir() {
			return dir
		}
	}
	return "."
}
