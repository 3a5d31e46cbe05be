package testkey

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"fmt"
	"sync"
)

//go:embed keys.pem
var file []byte

// Bits is the size of a key, as of those of push certificates.
const Bits = 2048

// Nth is one of the keys, the same each time. The file's are counted from 0; those after its last are
// made when they are asked for, and are this process's.
var Nth = func() func(n int) *rsa.PrivateKey {
	var mu sync.Mutex
	var keys []*rsa.PrivateKey
	rest := file
	return func(n int) *rsa.PrivateKey {
		mu.Lock()
		defer mu.Unlock()
		for len(keys) <= n {
			var key *rsa.PrivateKey
			var err error
			if block, after := pem.Decode(rest); block != nil {
				rest = after
				key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
			} else {
				key, err = rsa.GenerateKey(rand.Reader, Bits)
			}
			if err != nil {
				panic(fmt.Sprintf("test key %d: %v", len(keys), err))
			}
			keys = append(keys, key)
		}
		return keys[n]
	}
}()

// InTurn gives every key once: who has one of their own has no key twice, as no person does, and two
// have the same ones.
func InTurn() func() (*rsa.PrivateKey, error) {
	var mu sync.Mutex
	next := 0
	return func() (*rsa.PrivateKey, error) {
		mu.Lock()
		defer mu.Unlock()
		next++
		return Nth(next - 1), nil
	}
}
