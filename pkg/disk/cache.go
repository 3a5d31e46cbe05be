package disk

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"github.com/apnsctl/apnsctl/pkg/internal/wholefile"
)

// Cache keeps what can be fetched again, in the system's folder for that. Whatever goes wrong with
// it, things are fetched again; a cache without a folder keeps nothing.
type Cache struct{ folder string }

// How much is kept: so many things, each of so many bytes at most.
const (
	mostCached     = 8
	mostCachedSize = 16 << 20
)

// CacheOf is that of the person whose variables these are.
func CacheOf(getenv func(string) string) Cache {
	base := Home(getenv, "XDG_CACHE_HOME", "LocalAppData", ".cache")
	if !filepath.IsAbs(base) {
		return Cache{}
	}
	return Cache{filepath.Join(base, "apnsctl")}
}

// Get gives back what was kept under a name, which anybody may have changed since.
func (c Cache) Get(name string) ([]byte, bool) {
	if c.folder == "" {
		return nil, false
	}
	info, err := os.Lstat(c.path(name))
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostCachedSize {
		return nil, false
	}
	data, err := os.ReadFile(c.path(name))
	return data, err == nil
}

// Put keeps something under a name. Where there is no more room, all that was kept goes.
func (c Cache) Put(name string, data []byte) {
	if c.folder == "" || len(data) > mostCachedSize || os.MkdirAll(c.folder, 0o700) != nil {
		return
	}
	if kept, err := filepath.Glob(filepath.Join(c.folder, "*"+cachedMark)); err == nil && len(kept) >= mostCached {
		for _, path := range kept {
			_ = os.Remove(path) // what stays is only in the way
		}
	}
	_ = wholefile.Replace(c.path(name), data) // then it is fetched again
}

// cachedMark ends the names of what is kept.
const cachedMark = ".cached"

func (c Cache) path(name string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(c.folder, hex.EncodeToString(sum[:])+cachedMark)
}
