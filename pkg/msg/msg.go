package msg

import (
	"maps"
	"slices"
	"strings"
)

// Lang is a language that apnsctl speaks.
type Lang string

// The languages.
const (
	English  Lang = "en"
	Japanese Lang = "ja"
)

// Printer finds sentences in one language.
type Printer struct{ Lang Lang }

// T returns the sentence of key with its {placeholders} filled in. An unknown key
// comes back as it is: ugly, visible, and found by the completeness test.
func (p Printer) T(key string, params map[string]string) string {
	text, ok := p.Lookup(key)
	if !ok {
		return key
	}
	return p.Fill(text, params)
}

// Fill is [Fill] in this language, whose word for it stands where a sentence names a {thing}.
func (p Printer) Fill(text string, params map[string]string) string {
	if !strings.Contains(text, "{thing}") {
		return Fill(text, params)
	}
	named := maps.Clone(params)
	named["thing"] = p.T("thing."+params["thing"], nil)
	return Fill(text, named)
}

// Lookup returns the sentence of key unfilled, and whether there is one.
func (p Printer) Lookup(key string) (string, bool) { return p.catalog().lookup(key) }

// Keys lists every key of the language, sorted.
func (p Printer) Keys() (keys []string) {
	for _, file := range p.catalog().names() {
		keys = append(keys, p.KeysOf(file)...)
	}
	slices.Sort(keys)
	return keys
}

// KeysOf lists the keys of one file, sorted: those that begin with its name and a dot.
func (p Printer) KeysOf(file string) []string {
	return slices.Clone(p.catalog().keys(file))
}

func (p Printer) catalog() *catalog {
	i := slices.IndexFunc(catalogs, func(c *catalog) bool { return c.lang == p.Lang })
	return catalogs[max(i, 0)]
}
