package watch_test

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	_ "image/png" // what a screenshot is
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
)

// browsed writes the page for a browser that may run what the test adds to it.
func browsed(t *testing.T, added string) (folder, page string) {
	t.Helper()
	folder = t.TempDir()
	page = filepath.Join(folder, "page.html")
	text := printed(t, hostileFleet(t), "ja", "-o", "html")
	text = strings.Replace(text, "default-src 'none'", "default-src 'unsafe-inline'", 1)
	if err := os.WriteFile(page, []byte(strings.Replace(text, "</body>", added+"</body>", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder, page
}

func browser(t *testing.T, folder, page string, args ...string) (string, bool) {
	t.Helper()
	args = append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=20000",
		"--user-data-dir=" + filepath.Join(folder, "profile"),
	}, args...)
	return foreign(t, "", []string{"chromium", "chromium-browser", "google-chrome"}, append(args, "file://"+page)...)
}

// axe-core finds nothing that keeps a person with a screen reader, or with weak eyes, from reading the
// page; in light and in dark. AXE_CORE is its axe.min.js, which .ci/run fetches.
func TestAxeFindsNoFault(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile(cmp.Or(os.Getenv("AXE_CORE"), "axe.min.js"))
	if err != nil {
		depth.Missing(t, "axe-core")
		return
	}
	const run = `<script>axe.run().then(r => { document.title = "axe " + r.passes.length + " " + JSON.stringify(r.violations.map(v => [v.id, v.nodes[0].html])) })</script>`
	folder, page := browsed(t, "<script>"+string(axe)+"</script>"+run)
	for _, look := range []string{"light", "dark"} {
		args := []string{"--dump-dom", "--window-size=1280,900"}
		if look == "dark" {
			args = append(args, "--blink-settings=preferredColorScheme=0")
		}
		out, ok := browser(t, folder, page, args...)
		if !ok {
			return
		}
		_, title, _ := strings.Cut(out, "<title>axe ")
		title, _, _ = strings.Cut(title, "</title>")
		var passes int
		if _, err := fmt.Sscan(title, &passes); err != nil || passes < 15 || !strings.HasSuffix(title, " []") {
			t.Errorf("%s: %q", look, title)
		}
		t.Logf("%s: %d rules of axe-core pass", look, passes)
	}
}

// A browser draws the page, on a desk, on a phone and on paper: not blank, and with no wider content
// than the screen.
func TestABrowserDrawsThePage(t *testing.T) {
	t.Parallel()
	folder, page := browsed(t, `<script>document.title=[document.documentElement.scrollWidth<=window.innerWidth,document.querySelectorAll("article").length,getComputedStyle(document.body).backgroundColor].join(" ")</script>`)
	paper := filepath.Join(folder, "paper.pdf")
	for _, size := range []string{"390,844", "1280,900"}[:depth.Of(2, 1)] {
		shot := filepath.Join(folder, size+".png")
		out, ok := browser(t, folder, page, "--window-size="+size, "--dump-dom", "--screenshot="+shot, "--print-to-pdf="+paper)
		if !ok {
			return
		}
		if !strings.Contains(out, "<title>true 43 rgb(255, 255, 255)</title>") {
			t.Errorf("%s: %s", size, regexp.MustCompile(`(?s)<title>.*?</title>`).FindString(out))
		}
		if n := colours(t, shot); n < 20 {
			t.Errorf("%s: %d colours", size, n)
		}
	}
	data, err := os.ReadFile(paper)
	if err != nil || !bytes.HasPrefix(data, []byte("%PDF")) || len(data) < 10_000 {
		t.Errorf("%d bytes on paper (%v)", len(data), err)
	}
}

// colours counts those of a picture.
func colours(t *testing.T, shot string) int {
	t.Helper()
	data, err := os.ReadFile(shot)
	if err != nil {
		t.Fatal(err)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	seen, bounds := map[color.Color]bool{}, picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y += 3 {
		for x := bounds.Min.X; x < bounds.Max.X; x += 3 {
			seen[picture.At(x, y)] = true
		}
	}
	return len(seen)
}
