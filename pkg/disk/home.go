package disk

import (
	"path/filepath"
	"runtime"
)

// Home is where a person's things of one kind belong: what the variable of XDG names, or that of
// Windows, or a folder below the home; empty where no variable tells.
func Home(getenv func(string) string, xdg, windows, below string) string {
	base, home := getenv(xdg), getenv("HOME")
	switch {
	case base != "":
		return base
	case runtime.GOOS == "windows":
		return getenv(windows)
	case home != "":
		return filepath.Join(home, below)
	}
	return ""
}
