package main

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// lightWork is the scrypt work factor of the fixture with a passphrase. Scripts open it hundreds of
// times, and a tenth of a second of processor time each is what the real factor is there for. What
// the program seals itself, and opens again, has the real one.
const lightWork = 4

// lighten seals the identity of a config file anew, under the same passphrase, with little work.
func (w *world) lighten(file string) {
	w.t.Helper()
	text := string(w.read(file))
	block := regexp.MustCompile(`(?s)-----BEGIN AGE ENCRYPTED FILE-----.*?-----END AGE ENCRYPTED FILE-----`).FindString(text)
	const indent = "    "
	own, err := age.NewScryptIdentity(testPassphrase)
	w.check(err)
	opened, err := age.Decrypt(armor.NewReader(strings.NewReader(strings.ReplaceAll(block, "\n"+indent, "\n"))), own)
	w.check(err)
	identity, err := io.ReadAll(opened)
	w.check(err)

	light, err := age.NewScryptRecipient(testPassphrase)
	w.check(err)
	light.SetWorkFactor(lightWork)
	var sealed bytes.Buffer
	armored := armor.NewWriter(&sealed)
	inner, err := age.Encrypt(armored, light)
	w.check(err)
	_, err = inner.Write(identity)
	w.check(err)
	w.check(inner.Close())
	w.check(armored.Close())
	w.write(file, []byte(strings.Replace(text, block, strings.ReplaceAll(strings.TrimSpace(sealed.String()), "\n", "\n"+indent), 1)))
}
