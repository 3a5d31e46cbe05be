package disk

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// Globbed replaces patterns by the files that they match, in the order of their names:
// not every shell does. What names a file, or matches none, stays as it is.
func Globbed(names []string) []string {
	var files []string
	for _, name := range names {
		matches, err := filepath.Glob(name)
		if _, missing := os.Lstat(name); missing == nil || err != nil || len(matches) == 0 {
			matches = []string{name}
		}
		files = append(files, matches...)
	}
	return files
}

// Expand replaces patterns and folders by their files, in the order of their names. Links to
// files are followed, links to folders only where they were named. A folder that cannot be
// read, or holds no file, keeps a place of its own.
func Expand(ctx context.Context, names []string) ([]Found, error) {
	var all []Found
	for _, name := range Globbed(names) {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			all = append(all, Found{Name: name}) // a missing file is reported in its place
			continue
		}
		before := len(all)
		// With a separator at its end a symbolic link to a folder is followed.
		err = filepath.WalkDir(name+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				all = append(all, Found{path, Unreadable(path, err)})
			case IsFile(path, d):
				all = append(all, Found{Name: path})
			}
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
		if len(all) == before {
			all = append(all, Found{name, problem.Say(problem.CertificateMissing, "no-file", problem.Params{"file": name})})
		}
	}
	return all, nil
}

// Found is a file to look at, or why there is none in its place.
type Found struct {
	Name string
	Err  error
}

// IsFile tells whether an entry of a folder is a file, or a link to one.
func IsFile(path string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular() // a link into nowhere is told of
}
