package request

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/lifecycle"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/pushcert"
)

// lookAgain is how often a folder is looked at for a download.
const lookAgain = 500 * time.Millisecond

// lookout waits in the folder of downloads for the certificate of one profile.
type lookout struct {
	*cli.Env
	dir, name string
	seen      map[string]sight
}

// sight is how a file was seen last.
type sight struct {
	size int64
	at   time.Time
	// old tells that it lay there before anything was waited for, and done that nothing is left to say of it.
	old, done bool
}

func newLookout(env *cli.Env, dir, name string) *lookout {
	return &lookout{Env: env, dir: dir, name: name, seen: map[string]sight{}}
}

// lieThere takes what lies in the folder for old. What cannot be read is told when it is waited for.
func (l *lookout) lieThere() {
	entries, _ := os.ReadDir(l.dir)
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			l.seen[filepath.Join(l.dir, entry.Name())] = sight{size: info.Size(), at: info.ModTime(), old: true}
		}
	}
}

// know takes a file for one that nothing is left to say of: a person has named it.
func (l *lookout) know(file string) {
	whole, err := filepath.Abs(file)
	info, missing := os.Stat(whole)
	if err == nil && missing == nil && file != "" {
		l.seen[whole] = sight{size: info.Size(), at: info.ModTime(), done: true}
	}
}

// arrival waits until a new MDM push certificate lies in the folder, and returns its path. An old one counts
// only if it [answers] the profile. Whatever else arrives is told once, and waited on. What was typed while
// waiting answers none of the questions that follow.
func (l *lookout) arrival(ctx context.Context) (string, error) {
	s, err := l.State(ctx)
	if err != nil {
		return "", err
	}
	ticker := time.NewTicker(lookAgain)
	defer ticker.Stop()
	for waiting := false; ; waiting = true {
		path, err := l.look(s)
		if waiting && path != "" {
			err = l.IO.Forget()
		}
		if err != nil || path != "" {
			return path, err
		}
		if !waiting {
			l.Note("renew.waiting", problem.Params{"dir": l.dir, "profile": l.name})
		}
		select {
		case <-ctx.Done():
			if l.IO.ErrTTY {
				_, _ = fmt.Fprintln(l.IO.Err) // behind the ^C that the terminal shows
			}
			return "", ctx.Err()
		case <-ticker.C:
		}
	}
}

// look finds a push certificate among the files that are not as they were seen last; empty if there is none.
func (l *lookout) look(s *lifecycle.State) (string, error) {
	entries, err := os.ReadDir(l.dir)
	if err != nil {
		return "", disk.UnreadableFolder(l.dir, err)
	}
	for _, info := range newestFirst(entries) {
		path := filepath.Join(l.dir, info.Name())
		if !info.Mode().IsRegular() || info.Size() > pushcert.MaxFileSize || unfinished(info.Name()) || l.own(path) {
			continue
		}
		if l.found(s, path, sight{size: info.Size(), at: info.ModTime()}) {
			return path, nil
		}
	}
	return "", nil
}

// newestFirst are the files of a folder in the order in which a person thinks of them: who pressed
// Create by mistake, and then Renew, means the second file.
func newestFirst(entries []os.DirEntry) []os.FileInfo {
	var files []os.FileInfo
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			files = append(files, info)
		}
	}
	slices.SortStableFunc(files, func(a, b os.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	return files
}

// own tells of the config file and what lies beside it that it did not arrive.
func (l *lookout) own(path string) bool {
	store, err := l.Open()
	return err == nil && slices.ContainsFunc(store.Files(), func(file string) bool { return disk.Same(file, path) })
}

// found looks at one file, as it is now, and tells whether it is a push certificate to be checked.
func (l *lookout) found(s *lifecycle.State, path string, now sight) bool {
	was, known := l.seen[path]
	same := known && was.size == now.size && was.at.Equal(now.at)
	if same && was.done {
		return false
	}
	old, leaf := same && was.old, pushCertificate(path, s.Profiles[l.name], l.name)
	now.done = leaf != nil || same // what grows is looked at again
	l.seen[path] = now
	switch {
	case leaf != nil:
		return answers(s.Profiles[l.name], l.name, leaf) || !old && !l.others(s, path, leaf)
	case same && !old:
		l.tell(path)
	}
	return false
}

// others tells that a certificate is one of which there is nothing to check: what is registered already, or
// what another profile's devices listen on and its request asked for.
func (l *lookout) others(s *lifecycle.State, path string, c *pushcert.Certificate) bool {
	params := problem.Params{"file": path, "profile": l.name}
	if p := s.Profiles[l.name]; p != nil {
		if held, err := p.Leaf(l.name); err == nil && held != nil && held.SHA256() == c.SHA256() {
			l.Note("renew.same", params)
			return true
		}
		if _, ours := p.KeyFor(c.PublicKey()); ours {
			return false
		}
	}
	owner, known := s.HolderOf(c.PublicKey())
	if !known {
		owner, known = s.ProfileOf(c.Topic())
	}
	if !known || owner == l.name {
		return false
	}
	params["name"], params["other_profile"] = filepath.Base(path), owner
	l.Note("renew.arrived-other", params)
	return true
}

// tell says once what has arrived in place of the certificate.
func (l *lookout) tell(path string) {
	params := problem.Params{"file": path, "name": filepath.Base(path), "profile": l.name}
	data, err := os.ReadFile(path)
	if err != nil {
		return
	}
	file, err := pushcert.Read(path, data, nil)
	switch {
	case err != nil && problem.Of(err).Code == problem.PasswordMissing:
		l.Note("renew.arrived-locked", params)
	case err != nil, file.Role == pushcert.RoleUnknown:
		l.Note("renew.arrived-unknown", params)
	case file.Role == pushcert.RoleHTML:
		l.Note("renew.arrived-page", params)
	default:
		params["kind"] = l.T("output.role."+string(file.Role)+".name", nil)
		l.Note("renew.arrived", params)
	}
}

// unfinished tells by its name that a browser is still writing a file.
func unfinished(name string) bool {
	endings := []string{".crdownload", ".download", ".opdownload", ".part", ".partial", ".tmp"}
	return strings.HasPrefix(name, ".") || slices.Contains(endings, strings.ToLower(filepath.Ext(name)))
}

// pushCertificate reads a file that may be anything; nil unless it is an MDM push certificate. Of several in it
// it is the newest of the topic that the profile knows.
func pushCertificate(path string, p *lifecycle.Profile, name string) *pushcert.Certificate {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	file, err := pushcert.Read(path, data, nil)
	if err != nil || file.Role != pushcert.RoleMDMPush {
		return nil
	}
	if p != nil {
		if known, err := p.KnownTopic(name); err == nil {
			file = file.About(func(c *pushcert.Certificate) bool { return c.Topic() == known.Topic })
		}
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
