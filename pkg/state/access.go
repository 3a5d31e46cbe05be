package state

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// AccessOf says which of the files that hold the state an [Access] is about.
type AccessOf string

// The file, the version before it, and the folder of both.
const (
	AccessFile   AccessOf = "file"
	AccessBackup AccessOf = "backup"
	AccessFolder AccessOf = "folder"
)

// Access is who may touch a file or folder. Links are followed: Path is the real place.
type Access struct {
	Of   AccessOf
	Path string
	Mode fs.FileMode // with the sticky bit of a folder
	// Stranger is the number of the user who owns it, if that is not who runs this.
	Stranger string
}

// Access looks at file, backup and folder, as far as they exist. It is empty where the
// file is not there or is a folder, and where permission bits say nothing (Windows, whose access lists
// protect the folder of a person's settings).
func (s *Store) Access() ([]Access, error) {
	file, err := Follow(s.path)
	if err != nil {
		return nil, s.unreadable(err)
	}
	if _, err := os.Stat(file); !modesCount || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var all []Access
	for _, a := range []Access{
		{Of: AccessFile, Path: file},
		{Of: AccessBackup, Path: file + ".bak"},
		{Of: AccessFolder, Path: filepath.Dir(file)},
	} {
		info, err := os.Stat(a.Path)
		if a.Of == AccessBackup && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, s.unreadable(err)
		}
		if a.Of == AccessFile && info.IsDir() {
			return nil, nil
		}
		a.Mode, a.Stranger = info.Mode(), stranger(info)
		all = append(all, a)
	}
	return all, nil
}

// Files are the files that a store writes: the state, the version before it, the lock, and both on
// their way.
// A symbolic link is followed, for they lie beside the real file.
func (s *Store) Files() []string {
	file, err := Follow(s.path)
	if err != nil {
		file = s.path
	}
	backup := file + ".bak"
	return []string{file, backup, file + ".lock", pendingFile{name: file}.temp(), pendingFile{name: backup}.temp()}
}

// folder is the problem of a folder where the file belongs, or is to be made; nil where none is. It names the file in it
// that is meant most likely, by the usual name.
func (s *Store) folder(made bool) error {
	if info, err := os.Stat(s.path); err != nil || !info.IsDir() {
		return nil
	}
	inside := filepath.Join(s.path, "config.yaml")
	params := problem.Params{"path": s.path, "inside": inside}
	_, err := os.Lstat(inside)
	switch held := err == nil; {
	case made && held:
		return problem.Say(problem.Usage, "config-folder.held", params)
	case made:
		return problem.Say(problem.Usage, "config-folder", params)
	case held:
		return problem.Say(problem.StateUnreadable, "folder.held", params)
	}
	return problem.Say(problem.StateUnreadable, "folder", params)
}

// ModesCount tells whether permission bits protect a file on this system.
func ModesCount() bool { return modesCount }
