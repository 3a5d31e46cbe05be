package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Folder keeps records as files, one record a file, so that adding the thousandth
// certificate costs what the first did. The empty name keeps nothing: the
// simulator then lives in memory alone.
type Folder string

// Put writes a record durably.
func (s Folder) Put(kind, name string, record any) error {
	if s == "" {
		return nil
	}
	data, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return err
	}
	folder := filepath.Join(string(s), kind)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return WriteFile(filepath.Join(folder, name+".json"), data)
}

// All reads every record of a kind, by name; a kind never put has none.
func All[T any](s Folder, kind string) (map[string]T, error) {
	records := map[string]T{}
	if s == "" {
		return records, nil
	}
	folder := filepath.Join(string(s), kind)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return records, nil
	}
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		name, isRecord := strings.CutSuffix(entry.Name(), ".json")
		if !isRecord {
			continue // a temporary file of a process that was killed
		}
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		var record T
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields() // it is no record of ours, then
		if err := decoder.Decode(&record); err != nil {
			return nil, fmt.Errorf("%s/%s: %w", kind, entry.Name(), err)
		}
		records[name] = record
	}
	return records, nil
}

// WriteFile puts data in place of the file, so that a kill at any instant leaves
// the old or the new content, whole. Only the owner can read it.
func WriteFile(path string, data []byte) (err error) {
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, filepath.Base(path)+".*.tmp") // CreateTemp's mode is 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err = os.Rename(file.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes a rename outlive a power cut. Windows cannot open a folder for that.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	handle, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(handle.Sync(), handle.Close())
}
