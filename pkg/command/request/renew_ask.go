package request

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// confirm asks; Enter means usual.
func (g *guide) confirm(key string, usual bool) (bool, error) {
	yes, answered, err := g.AskYesNo(key, problem.Params{"profile": g.name, "server": g.year.Server})
	if err == nil && !answered {
		return usual, nil
	}
	return yes, err
}

func (g *guide) ask(key string, params problem.Params) (string, error) {
	return g.IO.Ask("\n" + g.T("output.ask."+key, params) + " ")
}

// means tells whether an answer is one of the words of the catalogue.
func (g *guide) means(words, answer string) bool {
	return slices.Contains(strings.Fields(g.T("output.renew.words."+words, nil)), strings.ToLower(answer))
}

// file asks for a file until one is named that is there; Enter is none.
func (g *guide) file(key string, params problem.Params) (string, error) {
	for {
		answer, err := g.ask(key, params)
		if err != nil || answer == "" {
			return "", err
		}
		if g.means("later", answer) {
			return "", errLater
		}
		if path, ok := g.found(answer); ok {
			return path, nil
		}
	}
}

// signedElsewhere checks the request that an outside vendor sent back.
func (g *guide) signedElsewhere(ctx context.Context) error {
	for {
		file, err := g.file("renew-signed", nil)
		if err != nil || file == "" {
			return cmp.Or(err, errLater)
		}
		switch status := g.run(ctx, g.given.line("verify", g.name, file, "--expect", string(pushcert.RoleRequest))...); {
		case ctx.Err() != nil:
			return ctx.Err()
		case !usable(status):
			continue
		}
		if ours, err := g.askedFor(ctx, file); err != nil || ours {
			return err
		}
		g.Complain(problem.Say(problem.RequestNotOurs, "led", problem.Params{"file": file, "profile": g.name}))
	}
}

// answered takes the request out of the answer that mdmcert.download sent.
func (g *guide) answered(ctx context.Context) error {
	for {
		file, err := g.file("renew-answer", nil)
		if err != nil || file == "" {
			return cmp.Or(err, errLater)
		}
		if status := g.run(ctx, g.given.line("import", g.name, append(g.given.unlocking(), file)...)...); usable(status) || ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// askedFor tells whether a request is for the key of a CSR that the profile has out. Verify takes one of
// another key, for a vendor has many, but what comes of it can be imported by nobody here.
func (g *guide) askedFor(ctx context.Context, file string) (bool, error) {
	s, err := g.State(ctx)
	if err != nil {
		return false, err
	}
	request, err := g.LookAt(file, "")
	if err != nil {
		return false, err
	}
	return s.Profiles[g.name].IsOpen(request.RequestedKey()), nil
}

// found is the file that an answer names, if there is one. The catalogue's advice is for shells.
func (g *guide) found(answer string) (string, bool) {
	path := g.path(answer)
	info, err := os.Stat(path)
	var why string
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = "missing"
	case err == nil && info.IsDir():
		why = "folder"
	default:
		return path, true
	}
	g.Stderr(g.Sentence("input-unreadable."+why, problem.Params{"file": path}))
	return "", false
}

// page prints text that is not the result of one command.
func (g *guide) page(write func(*cli.Page)) {
	p := g.Env.NewPage()
	write(p)
	fmt.Fprint(g.IO.Out, p.Done()+"\n")
}

// path is the file that a person named at the question, where no shell has undone what a shell or a
// file manager writes: quotation marks, backslashes before spaces, a tilde.
func (g *guide) path(answer string) string {
	if n := len(answer); n > 1 && (answer[0] == '\'' || answer[0] == '"') && answer[n-1] == answer[0] {
		return answer[1 : n-1]
	}
	if rest, ok := strings.CutPrefix(answer, "~/"); ok && g.Getenv("HOME") != "" {
		answer = filepath.Join(g.Getenv("HOME"), rest)
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
