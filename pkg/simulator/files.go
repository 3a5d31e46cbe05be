package simulator

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/records"
)

// publicFiles are what a simulator writes for others to read: absolute paths, empty
// where nothing is written.
type publicFiles struct {
	root, apnsCA, ready string
	passing             []string // those that end with the simulator
}

// placeFiles chooses the paths: certificates in dir, else beside the ready file under
// names of its own, so that two simulators can share a folder. Files of an earlier run
// are removed: somebody may be waiting for these.
func placeFiles(dir, ready string) (publicFiles, error) {
	f := publicFiles{ready: ready}
	if ready != "" {
		f.passing = append(f.passing, ready)
	}
	switch {
	case dir != "":
		f.root, f.apnsCA = filepath.Join(dir, "root.pem"), filepath.Join(dir, "apns-ca.pem")
	case ready != "":
		stem := strings.TrimSuffix(ready, filepath.Ext(ready))
		f.root, f.apnsCA = stem+"-root.pem", stem+"-apns-ca.pem"
		f.passing = append(f.passing, f.root, f.apnsCA)
	}
	for _, name := range []string{f.ready, f.root, f.apnsCA} {
		if made, err := ownOrNew(name); err != nil || !made {
			return publicFiles{}, errors.Join(err, &ForeignFileError{name})
		}
	}
	return f, f.remove()
}

// ForeignFileError names a file that stands where a simulator would write, and that none made.
type ForeignFileError struct{ Path string }

// Error implements error.
func (e *ForeignFileError) Error() string { return e.Path + " is not a simulator's" }

// ownOrNew tells whether a simulator may put its own file in the place of name: nothing is
// there, or an empty file, or what a simulator has made.
func ownOrNew(name string) (bool, error) {
	info, err := os.Lstat(name)
	switch {
	case name == "", errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, nil
	case info.Size() == 0:
		return true, nil
	}
	data, err := os.ReadFile(name)
	return isReadyFile(data) || isOurPEM(data), err
}

// isReadyFile tells the ready file by its fields, which no other file has.
func isReadyFile(data []byte) bool {
	var ready readyFile
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(&ready) == nil && ready.Portal != "" && ready.APNs != ""
}

// isOurPEM tells certificates of simulated authorities, all of which have that in their name.
func isOurPEM(data []byte) bool {
	block, rest := pem.Decode(data)
	for ; block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || !strings.Contains(c.Subject.String(), "SIMULATOR") {
			return false
		}
		if len(bytes.TrimSpace(rest)) == 0 {
			return true
		}
	}
	return false
}

// absolute is filepath.Abs, but nothing stays nothing.
func absolute(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	return filepath.Abs(path)
}

// readyFile tells whoever waits for it where everything is.
type readyFile struct {
	Portal     string `json:"portal"`
	APNs       string `json:"apns"`
	RootFile   string `json:"root_file"`
	APNsCAFile string `json:"apns_ca_file"`
}

// write puts the certificates first: who sees the ready file finds what it names.
func (f publicFiles) write(portal, apns string, root, apnsCA []byte) error {
	if f.root == "" {
		return nil
	}
	if err := records.WriteFile(f.root, root); err != nil {
		return err
	}
	if err := records.WriteFile(f.apnsCA, apnsCA); err != nil {
		return err
	}
	if f.ready == "" {
		return nil
	}
	data, err := json.MarshalIndent(readyFile{portal, apns, f.root, f.apnsCA}, "", "  ")
	if err != nil {
		return err
	}
	return records.WriteFile(f.ready, append(data, '\n'))
}

// remove takes away what would mislead whoever finds it: the ready file, and the
// certificates of authorities that end with this process. Those in a directory stay, for
// the next start continues with them.
func (f publicFiles) remove() error {
	var failed error
	for _, name := range f.passing {
		if made, err := ownOrNew(name); err != nil || !made {
			continue // somebody has put a file of theirs there
		}
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// dirLock keeps a second simulator away from a directory. The kernel frees it when the
// process dies. The zero value locks nothing.
type dirLock struct{ file *flock.Flock }

// InUseError names a directory that another simulator is using.
type InUseError struct{ Dir string }

// Error implements error.
func (e *InUseError) Error() string { return "another simulator is using " + e.Dir }

// CheckDir is an [InUseError] where another simulator is using a directory, for what is written there before one
// starts. It makes the directory if need be.
func CheckDir(dir string) error {
	lock, err := lockDir(dir)
	return errors.Join(err, lock.release())
}

// lockDir makes the directory if need be, and takes it.
func lockDir(dir string) (dirLock, error) {
	if dir == "" {
		return dirLock{}, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return dirLock{}, err
	}
	if made, err := ownOrNew(filepath.Join(dir, "lock")); err != nil || !made {
		return dirLock{}, errors.Join(err, &ForeignFileError{filepath.Join(dir, "lock")})
	}
	file := flock.New(filepath.Join(dir, "lock"), flock.SetPermissions(0o600))
	locked, err := file.TryLock()
	if err != nil {
		return dirLock{}, err
	}
	if !locked {
		return dirLock{}, &InUseError{dir}
	}
	return dirLock{file}, nil
}

func (l dirLock) release() error {
	if l.file == nil {
		return nil
	}
	return l.file.Unlock()
}
