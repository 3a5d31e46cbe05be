package clitest

import (
	"crypto/rand"
	"crypto/rsa"
	"sync"
)

// Keys are key pairs that are made once. Each function that is asked of them gives every key once:
// who has one of their own has no key twice, as no person does, and two have the same ones.
func Keys() (own func() func() (*rsa.PrivateKey, error)) {
	var mu sync.Mutex
	var made []*rsa.PrivateKey
	return func() func() (*rsa.PrivateKey, error) {
		taken := 0
		return func() (*rsa.PrivateKey, error) {
			mu.Lock()
			defer mu.Unlock()
			if taken == len(made) {
				key, err := rsa.GenerateKey(rand.Reader, 2048)
				if err != nil {
					return nil, err
				}
				made = append(made, key)
			}
			taken++
			return made[taken-1], nil
		}
	}
}
