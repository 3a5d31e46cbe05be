package request

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// CSRFolderView is a folder with the requests of all profiles that are due.
type CSRFolderView struct {
	Requests []CSRView    `json:"requests"`
	Folder   string       `json:"folder"`
	Index    string       `json:"index"`
	Cards    []PortalView `json:"cards"`
	// Findings tell what was left out; absent where nothing was.
	Findings []problem.View `json:"findings,omitempty"`
}

// indexName is the file that says which request belongs to which row.
const indexName = "index.csv"

// noFolder tells whether --out names standard output, or by its ending one file for all requests.
func noFolder(out string) bool {
	info, err := os.Stat(out)
	ending := filepath.Ext(out)
	return out == disk.Stdio || (ending == ".plist" || ending == ".csr") && (err != nil || !info.IsDir())
}

// openFolder makes the folder of --due --out, and looks whether its index may be written.
func (o *csrOptions) openFolder() error {
	if !o.due || o.out == "" {
		return nil
	}
	if info, err := os.Stat(o.out); err == nil && !info.IsDir() {
		return problem.Say(problem.OutputUnwritable, "not-folder", problem.Params{"file": o.out})
	}
	if err := os.MkdirAll(o.out, 0o700); err != nil {
		return disk.Unwritable(o.out, err)
	}
	out, err := o.indexOutput()
	if err != nil {
		return err
	}
	return out.Check(nil)
}

// indexOutput is where the index goes. An earlier one may be replaced, another file may not.
func (o *csrOptions) indexOutput() (disk.Output, error) {
	out := disk.Output{Path: filepath.Join(o.out, indexName), Force: o.force}
	if err := o.Guard("--out", out.Path); err != nil {
		return out, err
	}
	old, err := os.ReadFile(out.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return out, disk.Unwritable(out.Path, err)
	}
	out.Force = out.Force || bytes.HasPrefix(old, []byte(indexHeader))
	return out, nil
}

// reportFolder writes the index, and prints a line a request with the row that it is for.
func (o *csrOptions) reportFolder(ctx context.Context, files []written) error {
	s, err := o.State(ctx)
	if err != nil {
		return err
	}
	terms, err := o.Terms(s, cli.TrustOptions{Chain: o.chain}, cli.ThresholdOptions{WarnDays: o.warnDays})
	if err != nil {
		return err
	}
	v := CSRFolderView{Requests: []CSRView{}, Findings: o.FindingViews(o.left())}
	names, paths := []string{}, map[string]string{}
	for _, f := range files {
		one, err := f.view(o.Env)
		if err != nil {
			return err
		}
		v.Requests = append(v.Requests, one)
		names, paths[f.Profile] = append(names, f.Profile), filepath.Base(f.out.Path)
	}
	portal := &portalOptions{Env: o.Env}
	if v.Cards, err = portal.cards(ctx, s, names, terms); err != nil {
		return err
	}
	for i, card := range v.Cards {
		v.Cards[i].Request = paths[card.Profile]
	}
	text, err := index(v.Cards, paths)
	if err != nil {
		return err
	}
	out, err := o.indexOutput()
	if err != nil {
		return err
	}
	if err := o.Write(out, text); err != nil {
		return err
	}
	if v.Folder, err = filepath.Abs(o.out); err != nil {
		return err
	}
	v.Index = filepath.Join(v.Folder, indexName)
	return o.Result(v, func(p *cli.Page) {
		p.Rehearsal = s.TrustRoot != ""
		o.writeFolder(p, v)
	})
}

// writeFolder writes where the requests are, the rows that they are for, and who is next.
func (o *csrOptions) writeFolder(p *cli.Page, v CSRFolderView) {
	kind := ""
	if o.unsigned {
		kind = "-unsigned"
	}
	p.Say("csr.folder"+kind, nil)
	p.Fields(page.Field{Label: "folder", Value: v.Folder}, page.Field{Label: "index", Value: v.Index})
	p.Blank()
	writeDue(p, v.Cards, "portal.due"+kind)
	if o.unsigned {
		p.Advise("csr.next-unsigned-due", problem.Params{"command": o.dueLine("portal --due")})
	}
	o.writeLeftOut(p)
}

// dueLine is a command for the same profiles that are due.
func (o *csrOptions) dueLine(command string) string {
	line := "apnsctl " + command
	if o.warnDays != "" {
		line += " --warn-days " + msg.Quote(o.warnDays)
	}
	return line
}
