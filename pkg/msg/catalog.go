package msg

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed en/*.yaml ja/*.yaml
var files embed.FS

// catalog holds the texts of one language. Its files are read one by one when a
// sentence of theirs is first wanted: reading all takes longer than most commands,
// and a start that prints no sentence (a completion, a JSON result) pays nothing.
type catalog struct {
	lang Lang
	mu   sync.Mutex
	read map[string]map[string]string // by file name, without ending
}

var catalogs = map[Lang]*catalog{
	English:  {lang: English, read: map[string]map[string]string{}},
	Japanese: {lang: Japanese, read: map[string]map[string]string{}},
}

// lookup finds the text of a key, whose first part names the file.
func (c *catalog) lookup(key string) (string, bool) {
	file, rest, ok := strings.Cut(key, ".")
	if !ok {
		return "", false
	}
	text, ok := c.file(file)[rest]
	return text, ok
}

// file returns one file's texts; a file that does not exist has none.
func (c *catalog) file(name string) map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	texts, ok := c.read[name]
	if !ok {
		texts = map[string]string{}
		if data, err := files.ReadFile(string(c.lang) + "/" + name + ".yaml"); err == nil {
			parse(texts, name, data)
		}
		c.read[name] = texts
	}
	return texts
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

// parse flattens a file's tree: nested keys are joined by dots. The files are embedded
// and tested, so a fault in one is a bug of the build.
func parse(texts map[string]string, name string, data []byte) {
	var tree map[string]any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		panic(fmt.Sprintf("%s.yaml: %v", name, err))
	}
	var walk func(prefix string, tree map[string]any)
	walk = func(prefix string, tree map[string]any) {
		for k, v := range tree {
			switch v := v.(type) {
			case map[string]any:
				walk(prefix+k+".", v)
			case string:
				texts[prefix+k] = strings.TrimRight(v, "\n")
			default:
				panic(fmt.Sprintf("%s.yaml: %s%s: %v is not text", name, prefix, k, v))
			}
		}
	}
	walk("", tree)
}
