package state

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"regexp"
	"strconv"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

// BackupServes tells whether the version before (".bak") may be put in the place of a file
// that is damaged or gone: it can be read, and knows every key that can be made out in the file.
// Otherwise a key would be lost that exists nowhere else.
func (s *Store) BackupServes() bool {
	files := s.Files()
	damaged, err1 := readRegular(files[0])
	backup, err2 := readRegular(files[1])
	if err1 != nil && !errors.Is(err1, fs.ErrNotExist) || err2 != nil {
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

// backupHoldsKeys tells whether anything would be lost with the version before.
func (s *Store) backupHoldsKeys() bool {
	backup, _ := readRegular(s.Files()[1]) // one that cannot be read is looked at by nobody
	return len(lacking(nil, backup)) > 0
}

// put writes a change of what was in file, and keeps that beside it. A version before that holds
// keys which file does not hold stays instead: an older file was put back, or one begun anew, and
// they may exist nowhere else. The new version does not make up for them, for a kill can leave the
// one that was. A scrub, which is about that copy, has to wait.
func (s *Store) put(file string, was, text []byte, scrub bool) error {
	backup, err := s.before(file)
	if err != nil {
		return err
	}
	strays := lacking(was, backup)
	switch {
	case scrub && len(strays) > 0:
		return problem.Say(problem.StateUnwritable, "strays", s.straying(strays))
	case scrub:
		return s.replace(file, text, text)
	case bytes.Equal(was, text) && backup != nil: // a proof
		return s.replace(file, text, backup)
	case len(strays) == 0:
		return s.replace(file, text, was)
	}
	err = s.replace(file, text, nil)
	if strays = lacking(text, backup); err == nil && len(strays) > 0 && s.Remark != nil {
		s.remarked.Do(func() { s.Remark(s.straying(strays)) })
	}
	return err
}

// before is the version before of file; nil where there is none.
func (s *Store) before(file string) ([]byte, error) {
	backup, err := readRegular(file + ".bak")
	switch {
	case errors.Is(err, fs.ErrInvalid):
		return nil, s.strange(file + ".bak")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, s.unwritable(err)
	}
	return backup, nil
}

// straying are what a sentence says of keys that stand in the version before alone.
func (s *Store) straying(keys [][]byte) problem.Params {
	p := s.Places()
	p["count"] = strconv.Itoa(len(keys))
	return p
}

// Places name the file and the version before, and a free name to which each can be moved.
func (s *Store) Places() problem.Params {
	files := s.Files()
	return problem.Params{
		"path": s.path, "place": files[0], "backup": files[1],
		"aside": free(files[1]), "place_aside": free(files[0] + ".damaged"),
	}
}

// free is a name that begins with base, and that no file has.
func free(base string) string {
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s.%d", base, n)
		if _, err := os.Lstat(name); err != nil {
			return name
		}
	}
}

// lacking are the public keys of backup that do not stand in text. Whatever else is amiss in a
// file, its keys are found.
func lacking(text, backup []byte) (keys [][]byte) {
	if len(backup) == 0 {
		return nil
	}
	held := map[string]bool{}
	for key := range publicKeys(text) {
		held[string(key)] = true
	}
	for key := range publicKeys(backup) {
		if !held[string(key)] {
			keys = append(keys, key)
			held[string(key)] = true
		}
	}
	return keys
}

// publicKeys are the values of "public" in a text that stand beside a private key, as YAML may
// write them: bare, quoted, or on a line of their own. A server's key, which has its date below it,
// is not here. A file of any size takes no time to speak of.
func publicKeys(text []byte) iter.Seq[[]byte] {
	const least, blank = 56, "\"' \t\r\n" // the shortest kind (Ed25519) has 60 characters
	return func(yield func([]byte) bool) {
		for found := true; found; {
			_, text, found = bytes.Cut(text, []byte("public"))
			value, isKey := bytes.CutPrefix(bytes.TrimLeft(text, blank), []byte(":"))
			if !isKey {
				continue
			}
			value = bytes.TrimLeft(value, blank+"|>-")
			end := max(0, bytes.IndexAny(value, blank+",}"))
			value, text = value[:end], bytes.TrimLeft(value[end:], blank+",")
			if end >= least && !bytes.HasPrefix(text, []byte("at:")) && !yield(value) {
				return
			}
		}
	}
}

// readRegular reads a file of a size that a store takes; anything else is [fs.ErrInvalid], and a
// pipe is not waited for.
func readRegular(name string) ([]byte, error) {
	info, err := os.Lstat(name)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxSize) {
		err = fs.ErrInvalid
	}
	if err != nil {
		return nil, err
	}
	return os.ReadFile(name)
}
