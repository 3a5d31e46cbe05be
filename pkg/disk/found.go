package disk

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Globbed replaces patterns by the files and folders that they match, in the order of their names: not every
// shell does. What names a file, or matches none, stays as it is.
func Globbed(names []string) (files []string) {
	for _, at := range globbed(names) {
		files = append(files, at.Name)
	}
	return files
}

func globbed(names []string) (all []Found) {
	for _, name := range names {
		matches, err := filepath.Glob(name)
		matches = slices.DeleteFunc(matches, func(path string) bool { return !isRegular(path) && !isFolder(path, nil) })
		if _, missing := os.Lstat(name); missing == nil || err != nil || len(matches) == 0 {
			all = append(all, Found{Name: name})
			continue
		}
		for _, path := range matches {
			all = append(all, Walked(path))
		}
	}
	return all
}

// Expand replaces patterns and folders by their files, in the order of their names. Links to
// files are followed, links to folders only where they were named. A folder that cannot be
// read, or holds no file, keeps a place of its own.
func Expand(ctx context.Context, names []string) ([]Found, error) {
	var all []Found
	for _, at := range globbed(names) {
		name := at.Name
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			all = append(all, at) // a missing file is reported in its place
			continue
		}
		before := len(all)
		// With a separator at its end a symbolic link to a folder is followed.
		err = filepath.WalkDir(name+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				all = append(all, Found{path, Unreadable(path, err), true})
			case d.Type().IsRegular(): // of thousands none is asked for twice
				all = append(all, Found{Name: path, Walked: true})
			case IsFile(path, d):
				all = append(all, Walked(path))
			}
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
		if len(all) == before {
			all = append(all, Found{name, problem.Say(problem.CertificateMissing, "no-file", problem.Params{"file": name}), true})
		}
	}
	return all, nil
}

// Found is a file to look at, or why there is none in its place.
type Found struct {
	Name string
	Err  error
	// Walked tells that nobody named it: it lies in a folder, or fits a pattern. That it cannot be read is no
	// slip in the command.
	Walked bool
}

// Because is why a file cannot be used, see [problem.Error.Walked].
func (f Found) Because(err error) error {
	if p, ok := errors.AsType[*problem.Error](err); ok && f.Walked {
		found := *p
		found.Walked = true
		return &found
	}
	return err
}

// Walked is a file that lies in a folder; of a link that leads to no file it tells that.
func Walked(path string) Found {
	f := Found{Name: path, Walked: true}
	if _, err := os.Stat(path); err != nil && !errors.Is(err, fs.ErrPermission) {
		f.Err = problem.Say(problem.InputUnreadable, "link", problem.Params{"file": path}).Because(err)
	}
	return f
}

// IsFolder tells whether a name is a folder's.
func IsFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// IsFile tells whether an entry of a folder is a file, or a link to one.
func IsFile(path string, d fs.DirEntry) bool {
	return d.Type().IsRegular() || d.Type()&fs.ModeSymlink != 0 && isRegular(path)
}

// isRegular tells whether a name is that of a file, or of a link into nowhere, which is told of.
func isRegular(path string) bool {
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}
