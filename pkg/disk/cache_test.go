package disk

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// What is kept comes back, is nobody else's to read, and never grows beyond its room.
func TestCache(t *testing.T) {
	base := t.TempDir()
	c := CacheOf(func(name string) string { return map[string]string{"XDG_CACHE_HOME": base}[name] })
	if _, found := c.Get("a"); found {
		t.Error("something was there already")
	}
	for i := range mostCached + 1 {
		c.Put(strconv.Itoa(i), []byte{byte(i)})
	}
	if data, found := c.Get(strconv.Itoa(mostCached)); !found || !bytes.Equal(data, []byte{mostCached}) {
		t.Errorf("%v, %v", data, found)
	}
	kept, err := os.ReadDir(filepath.Join(base, "apnsctl"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("%v, %v", kept, err)
	}
	if info, err := kept[0].Info(); err != nil || os.PathSeparator == '/' && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	c.Put("large", make([]byte, mostCachedSize+1))
	if _, found := c.Get("large"); found {
		t.Error("more was kept than there is room for")
	}
}

// Where nothing can be kept, nothing is, and nothing is said.
func TestNoCache(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, base := range []string{"", "relative", file} {
		c := CacheOf(func(string) string { return base })
		c.Put("a", []byte("b"))
		if _, found := c.Get("a"); found {
			t.Errorf("%q keeps something", base)
		}
	}
}
