package main

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// testKeys are keys that are ready, see pkg/internal/testkey.
const testKeys = "../../pkg/internal/testkey/keys.pem"

// keysEach is how many of them each of three folders gets.
const keysEach = 16

// layReady puts the keys that are ready into folders, the same number into each.
func layReady(folders ...string) error {
	data, err := os.ReadFile(testKeys)
	if err != nil {
		return err
	}
	var keys [][]byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		keys = append(keys, block.Bytes)
	}
	for i, key := range keys {
		to, number := folders[i%len(folders)], strconv.Itoa(i/len(folders))
		err = errors.Join(err, os.WriteFile(filepath.Join(to, number), key, 0o600))
	}
	return err
}

// ready gives out key pairs that are made once for all scripts: most of what they cost is the search for primes.
// folder holds the keys, and taken, a folder for each script, notes which of them the script
// has: none gets a key twice, as no person does.
func ready(folder, taken string) func() (*rsa.PrivateKey, error) {
	return func() (*rsa.PrivateKey, error) {
		for number := 0; ; number++ {
			name := strconv.Itoa(number)
			file, err := os.OpenFile(filepath.Join(taken, name), os.O_CREATE|os.O_EXCL, 0o600)
			if errors.Is(err, fs.ErrExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			return readyKey(filepath.Join(folder, name)), file.Close()
		}
	}
}

// readyKey is the key of a file, which is made where it does not exist. Of two processes that make it, each
// gets its own key, and the file is that of one.
func readyKey(path string) *rsa.PrivateKey {
	if der, err := os.ReadFile(path); err == nil {
		return must(x509.ParsePKCS1PrivateKey(der))
	}
	key := must(rsa.GenerateKey(rand.Reader, 2048))
	partial := must(os.CreateTemp(filepath.Dir(path), "partial-*"))
	must(partial.Write(x509.MarshalPKCS1PrivateKey(key)))
	if err := errors.Join(partial.Close(), os.Rename(partial.Name(), path)); err != nil {
		panic(err)
	}
	return key
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
