package main

import (
	"crypto/rsa"
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// made is where the fixtures were made, once for all tests: each works on a copy. The keys that
// scripts are given come from one folder, too.
var made struct {
	once sync.Once
	dir  string
	all  bool
}

// makeFolder makes the folder of what is made, which outlives the test that needs it first.
func makeFolder() (err error) {
	made.dir, err = os.MkdirTemp("", "apnsctl-fixtures-*")
	return errors.Join(err, os.Mkdir(filepath.Join(made.dir, "keys"), 0o700), os.Mkdir(filepath.Join(made.dir, "taken"), 0o700), os.Mkdir(followersKeys(), 0o700))
}

func madeWorld() string { return filepath.Join(made.dir, "world") }

// removeMade is for when all tests have ended.
func removeMade() {
	if err := os.RemoveAll(made.dir); err != nil {
		panic(err)
	}
}

// keys is the folder of the keys that are ready.
func (w *world) keys() string { return filepath.Join(made.dir, "keys") }

// followersKeys is the folder of those for who follows advice: a script's own are in what they start from.
func followersKeys() string { return filepath.Join(made.dir, "followers") }

// anotherKey is one that nobody else in this process has got.
func (w *world) anotherKey() (*rsa.PrivateKey, error) {
	return ready(w.keys(), filepath.Join(made.dir, "taken"))()
}
