package state

import (
	"bytes"
	"os"
	"regexp"
)

// BackupServes tells whether the version before (".bak") may be put in the place of a
// damaged file: it can be read, and knows every key that can be made out in the file.
// Otherwise a key would be lost that exists nowhere else.
func (s *Store) BackupServes() bool {
	files := s.Files()
	for _, name := range files[:2] {
		if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() || info.Size() > maxSize {
			return false
		}
	}
	damaged, err1 := os.ReadFile(files[0])
	backup, err2 := os.ReadFile(files[1])
	if err1 != nil || err2 != nil {
		return false
	}
	doc, err := parse(backup, steps())
	if err != nil || complete(doc.state) != nil {
		return false
	}
	// Public keys stand beside the sealed ones as base64 on one line, while every PEM and armor
	// has lines of 64 characters.
	for _, key := range regexp.MustCompile(`[A-Za-z0-9+/]{80,}`).FindAll(damaged, -1) {
		if !bytes.Contains(backup, key) {
			return false
		}
	}
	return true
}
