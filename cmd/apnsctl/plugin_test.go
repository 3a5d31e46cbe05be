package main

import (
	"errors"
	"os"

	"filippo.io/age"
	"filippo.io/age/plugin"
)

// agePlugin is a plugin of age for the scripts (age-plugin-rehearsal). Its recipients and identities
// hold those of age itself as text; it opens nothing before it has asked for a PIN, which is 1234.
func agePlugin() {
	p, err := plugin.New("rehearsal")
	if err != nil {
		panic(err)
	}
	p.HandleRecipient(func(data []byte) (age.Recipient, error) { return age.ParseX25519Recipient(string(data)) })
	p.HandleIdentity(func(data []byte) (age.Identity, error) {
		id, err := age.ParseX25519Identity(string(data))
		return guarded{id, p}, err
	})
	if os.Getenv("APNSCTL_PASSPHRASE") != "" {
		panic("it has inherited the passphrase")
	}
	os.Exit(p.Main())
}

// guarded is an identity behind a PIN.
type guarded struct {
	*age.X25519Identity

	p *plugin.Plugin
}

// Unwrap implements [age.Identity].
func (g guarded) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	pin, err := g.p.RequestValue("enter the PIN of the rehearsal", true)
	if err != nil {
		return nil, err
	}
	if pin != "1234" {
		return nil, errors.New("not the PIN")
	}
	return g.X25519Identity.Unwrap(stanzas)
}
