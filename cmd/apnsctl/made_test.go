package main

import (
	"crypto/rsa"
	"errors"
	"os"
	"path/filepath"
	"strconv"
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
	return errors.Join(err, os.Mkdir(readyKeys(), 0o700), os.Mkdir(followersKeys(), 0o700))
}

func madeWorld() string { return filepath.Join(made.dir, "world") }

// removeMade is for when all tests have ended.
func removeMade() {
	if err := os.RemoveAll(made.dir); err != nil {
		panic(err)
	}
}

// readyKeys is the folder of the keys that are ready.
func readyKeys() string { return filepath.Join(made.dir, "keys") }

// followersKeys is the folder of those for who follows advice: a script's own are in what they start from.
func followersKeys() string { return filepath.Join(made.dir, "followers") }

// keyInTurn is the next of the keys that are ready: two runs of a command in one folder have two.
func (w *world) keyInTurn() (*rsa.PrivateKey, error) {
	return readyKey(filepath.Join(readyKeys(), strconv.Itoa(int(w.turn.Add(1)-1)%keysEach))), nil
}
