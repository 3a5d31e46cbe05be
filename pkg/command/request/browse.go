package request

import (
	"context"
	"os/exec"
	"runtime"

	"github.com/apnsctl/apnsctl/pkg/cli"
)

// browse opens a page in the person's browser. The child gets a bare environment: our
// variables may hold a passphrase.
func browse(ctx context.Context, e *cli.Env, url string) error {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	// The browser outlives this command, whose context ends with it.
	c := exec.CommandContext(context.WithoutCancel(ctx), name, args...) //nolint:gosec // three fixed programs; url is the owner's setting, never run by a shell
	c.Env = []string{}
	for _, key := range []string{"PATH", "HOME", "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "SystemRoot"} {
		if value := e.Getenv(key); value != "" {
			c.Env = append(c.Env, key+"="+value)
		}
	}
	return c.Start()
}
