package msg

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed en/*.yaml ja/*.yaml
var files embed.FS

// catalog holds the texts of one language. A text is read out of its file when it is
// first wanted: reading a whole file takes longer than most commands.
type catalog struct {
	lang Lang
	mu   sync.Mutex
	read map[string]entry    // by key
	from map[string][]byte   // the files, by name without ending
	all  map[string][]string // their keys, where somebody has asked for them
}

// entry is what a look at a key has found.
type entry struct {
	text string
	ok   bool
}

// catalogs has the language first that stands in for those it lacks.
var catalogs = []*catalog{{lang: English}, {lang: Japanese}}

// open makes the catalogue ready for one caller, until it is closed.
func (c *catalog) open() {
	c.mu.Lock()
	if c.read == nil {
		c.read, c.from, c.all = map[string]entry{}, map[string][]byte{}, map[string][]string{}
	}
}

func (c *catalog) close() { c.mu.Unlock() }

// lookup finds the text of a key, whose first part names the file.
func (c *catalog) lookup(key string) (string, bool) {
	name, rest, ok := strings.Cut(key, ".")
	if !ok {
		return "", false
	}
	c.open()
	defer c.close()
	found, known := c.read[key]
	if !known {
		found.text, found.ok = find(c.source(name), rest)
		c.read[key] = found
	}
	return found.text, found.ok
}

// source is a file as it was written; one that does not exist is empty.
func (c *catalog) source(name string) []byte {
	data, ok := c.from[name]
	if !ok {
		data, _ = files.ReadFile(string(c.lang) + "/" + name + ".yaml")
		c.from[name] = data
	}
	return data
}

// keys lists the keys of a file. It has to read all of it, and so keeps what it finds.
func (c *catalog) keys(name string) []string {
	c.open()
	defer c.close()
	if c.all[name] == nil {
		each(name+".", tree(name, c.source(name)), func(key, text string) {
			c.all[name] = append(c.all[name], key)
			c.read[key] = entry{text, true}
		})
		slices.Sort(c.all[name])
	}
	return c.all[name]
}

// names lists the catalogue's files.
func (c *catalog) names() []string {
	found, err := fs.Glob(files, string(c.lang)+"/*.yaml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for i, f := range found {
		found[i] = strings.TrimSuffix(strings.TrimPrefix(f, string(c.lang)+"/"), ".yaml")
	}
	return found
}

// tree reads a file, or a piece of one. The files are embedded and tested, so a fault in
// one is a bug of the build.
func tree(name string, text []byte) (all map[string]any) {
	if err := yaml.Unmarshal(text, &all); err != nil {
		panic(fmt.Sprintf("%s: %v", name, err))
	}
	return all
}

// each visits the texts of a tree: nested keys are joined by dots.
func each(prefix string, tree map[string]any, visit func(key, text string)) {
	for k, v := range tree {
		switch v := v.(type) {
		case map[string]any:
			each(prefix+k+".", v, visit)
		case string:
			visit(prefix+k, strings.TrimRight(v, "\n"))
		default:
			panic(fmt.Sprintf("%s%s: %v is not text", prefix, k, v))
		}
	}
}
