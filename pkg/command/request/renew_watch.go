package request

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// take waits for the certificate, and looks at it before it takes it. One that is refused
// is explained, and another one waited for.
func (g *guide) take(ctx context.Context) error {
	for {
		file, err := g.download(ctx)
		if err != nil {
			return err
		}
		if same, err := g.same(ctx, file); err != nil {
			return err
		} else if same {
			g.Note("renew.same", problem.Params{"file": file, "profile": g.name})
			continue
		}
		status := g.run(ctx, g.given.line("verify", g.name, file, "--expect", string(pushcert.RoleMDMPush))...)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !usable(status) {
			g.Note("renew.another", problem.Params{"profile": g.name})
			continue
		}
		if yes, err := g.confirm("renew-import", true); err != nil {
			return err
		} else if !yes {
			continue
		}
		switch err := g.do(ctx, g.given.line("import", g.name, file)); {
		case err == nil, ctx.Err() != nil:
			return cmp.Or(ctx.Err(), err)
		}
	}
}

// usable tells by the exit status of verify that a file can be gone on with: it is what was
// looked for, though perhaps not for long.
func usable(status int) bool {
	return slices.Contains([]problem.Exit{problem.ExitOK, problem.ExitCritical, problem.ExitWarning}, problem.Exit(status))
}

// download is the file that a person names, or that arrives in the folder.
func (g *guide) download(ctx context.Context) (string, error) {
	dir := g.given.watch
	if dir == "" {
		dir = g.downloads()
	}
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	file, err := g.file("renew-download", problem.Params{"dir": dir})
	if err != nil || file != "" {
		return file, err
	}
	return g.given.arrival(ctx, dir, g.name, g.seen)
}

// same tells whether a file is the certificate that is registered already.
func (g *guide) same(ctx context.Context, file string) (bool, error) {
	s, err := g.State(ctx)
	if err != nil || s.Profiles[g.name] == nil {
		return false, err
	}
	held, err := s.Profiles[g.name].Leaf(g.name)
	leaf := pushCertificate(file)
	return held != nil && leaf != nil && held.SHA256() == leaf.SHA256(), err
}

// lookAgain is how often a folder is looked at for a download.
const lookAgain = 500 * time.Millisecond

// stamp tells one state of a file from another.
type stamp struct {
	size int64
	at   time.Time
}

// arrival waits until a new MDM push certificate lies in dir, and returns its path. What lay there before
// counts only if it [answers] the profile. A half-written download is no certificate yet, and is looked
// at again when it grew. What was typed while waiting answers none of the questions that follow.
func (o *renewOptions) arrival(ctx context.Context, dir, name string, seen map[string]stamp) (string, error) {
	s, err := o.State(ctx)
	if err != nil {
		return "", err
	}
	p := s.Profiles[name]
	wanted := func(c *pushcert.Certificate) bool { return answers(p, name, c) }
	ticker := time.NewTicker(lookAgain)
	defer ticker.Stop()
	for waiting := false; ; {
		path, err := look(dir, seen, wanted)
		if waiting && path != "" {
			err = o.IO.Forget()
		}
		if err != nil || path != "" {
			return path, err
		}
		if !waiting {
			waiting, wanted = true, func(*pushcert.Certificate) bool { return true }
			o.Note("renew.waiting", problem.Params{"dir": dir, "profile": name})
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-ticker.C:
		}
	}
}

// look finds a push certificate that is wanted among the files that are not as they were seen
// last; empty if there is none.
func look(dir string, seen map[string]stamp, wanted func(*pushcert.Certificate) bool) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", disk.Unreadable(dir, err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || info.Size() > pushcert.MaxFileSize {
			continue
		}
		path, now := filepath.Join(dir, entry.Name()), stamp{info.Size(), info.ModTime()}
		if seen[path] == now {
			continue
		}
		seen[path] = now
		if leaf := pushCertificate(path); leaf != nil && wanted(leaf) {
			return path, nil
		}
	}
	return "", nil
}

// pushCertificate reads a file that may be anything; nil unless it is an MDM push certificate.
func pushCertificate(path string) *pushcert.Certificate {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	file, err := pushcert.Read(path, data, nil)
	if err != nil || file.Role != pushcert.RoleMDMPush {
		return nil
	}
	return file.Leaf()
}

// answers tells whether a certificate is what the profile waits for: it was made for a request that
// is open, or it has the registered one's topic and lasts longer.
func answers(p *lifecycle.Profile, name string, c *pushcert.Certificate) bool {
	if p == nil {
		return false
	}
	if p.Awaits(c.PublicKey()) {
		return true
	}
	held, err := p.Leaf(name)
	return err == nil && held != nil && held.Topic() == c.Topic() && c.X509.NotAfter.After(held.X509.NotAfter)
}
