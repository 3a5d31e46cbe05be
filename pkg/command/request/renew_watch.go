package request

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// lookAgain is how often a folder is looked at for a download.
const lookAgain = 500 * time.Millisecond

// stamp tells one state of a file from another.
type stamp struct {
	size int64
	at   time.Time
}

// arrival waits until a new MDM push certificate lies in dir, and returns its path. What lay there before
// counts only if it [answers] the profile. A half-written download is no certificate yet, and is looked
// at again when it grew.
func (o *renewOptions) arrival(ctx context.Context, dir, name string) (string, error) {
	s, err := o.State(ctx)
	if err != nil {
		return "", err
	}
	p, seen := s.Profiles[name], map[string]stamp{}
	wanted := func(c *pushcert.Certificate) bool { return answers(p, name, c) }
	ticker := time.NewTicker(lookAgain)
	defer ticker.Stop()
	for waiting := false; ; {
		path, err := look(dir, seen, wanted)
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
		return "", cli.Unreadable(dir, err)
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
	if slices.ContainsFunc(p.Pending, func(open lifecycle.Pending) bool { return open.Key.Public == c.PublicKey() }) {
		return true
	}
	held, err := p.Leaf(name)
	return err == nil && held != nil && held.Topic() == c.Topic() && c.X509.NotAfter.After(held.X509.NotAfter)
}
