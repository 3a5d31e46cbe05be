package devices_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/command"
	"github.com/apnsctl/apnsctl/pkg/term"
)

// audit runs the command on files of a folder and returns what it prints.
func audit(t *testing.T, args ...string) (status int, out string) {
	t.Helper()
	streams, stdout, _ := term.Test()
	env := &cli.Env{IO: streams, Now: time.Now}
	folder := t.TempDir()
	env.Getenv = func(name string) string {
		return map[string]string{"APNSCTL_CONFIG": filepath.Join(folder, "config.yaml")}[name]
	}
	status = command.Main(t.Context(), env, append([]string{"devices", "audit"}, args...))
	return status, stdout.String()
}

// The document is written a record at a time; it has to be a document all the same.
func TestAuditOfManyRecordsIsOneDocument(t *testing.T) {
	const fleet = 20_000
	var b strings.Builder
	b.WriteString("udid,topic,push_magic,token\n")
	for i := range fleet {
		fmt.Fprintf(&b, "U-%05d <&>,com.apple.mgmt.External.%d,MAGIC,%064x\n", i, i%2, i)
	}
	file := filepath.Join(t.TempDir(), "fleet.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out := audit(t, file, "-o", "json")
	var document struct {
		Result struct {
			Devices int
			Topics  []struct{ Devices int }
			Records []struct{ ID, Topic string }
		}
	}
	if err := json.Unmarshal([]byte(out), &document); err != nil || status != 0 {
		t.Fatalf("status %d, %v", status, err)
	}
	r := document.Result
	if r.Devices != fleet || len(r.Records) != fleet || len(r.Topics) != 2 || r.Records[7].ID != "U-00007 <&>" {
		t.Errorf("%d devices, %d records, %d topics, %+v", r.Devices, len(r.Records), len(r.Topics), r.Records[7])
	}
	if strings.Contains(out, "MAGIC") || strings.Contains(out, strings.Repeat("0", 32)) {
		t.Error("a token or PushMagic is in the document")
	}
}

func TestAuditShowsOnlySomeOfManyBadFiles(t *testing.T) {
	folder := t.TempDir()
	for i := range 30 {
		text := `<?xml version="1.0"?><plist version="1.0"><dict>`
		if i == 0 {
			text += `<key>MessageType</key><string>TokenUpdate</string><key>UDID</key><string>U</string></dict></plist>`
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%02d.plist", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	status, out := audit(t, folder)
	if n := strings.Count(out, "file-damaged"); status != 0 || n == 0 || n > 8 || !strings.Contains(out, "22 further findings") {
		t.Errorf("status %d, %d of 29 bad files shown:\n%s", status, n, out)
	}
	if _, out = audit(t, folder, "-o", "json"); strings.Count(out, `"file-damaged"`) != 29 {
		t.Errorf("not all bad files are in the document:\n%s", out)
	}
}
