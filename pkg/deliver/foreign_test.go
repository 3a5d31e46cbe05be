package deliver

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apnsctl/apnsctl/pkg/internal/depth"
)

// readMailbox is how Python's email package reads what arrived: the header and both parts.
const readMailbox = `
import email, email.policy, glob, json, sys
mails = []
for name in sorted(glob.glob(sys.argv[1] + "/new/*")):
    m = email.message_from_binary_file(open(name, "rb"), policy=email.policy.default)
    parts = {p.get_content_type(): p.get_content() for p in m.iter_parts()}
    mails.append({"subject": str(m["subject"]), "to": str(m["to"]), "auto": str(m["auto-submitted"]), "id": str(m["message-id"]),
        "text": parts["text/plain"], "html": parts["text/html"], "defects": len(m.defects)})
print(json.dumps(mails))
`

// TestAnotherServerTakesTheMail has aiosmtpd receive, by STARTTLS, and Python read.
func TestAnotherServerTakesTheMail(t *testing.T) {
	t.Parallel()
	program, is := depth.Program(t, "aiosmtpd")
	python, also := depth.Program(t, "python3")
	if !is || !also {
		return
	}
	dir, s := t.TempDir(), &server{}
	certificate := s.certificate(t).Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}, "key.pem": {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	box := filepath.Join(dir, "box")
	port := freePort(t)
	command := exec.CommandContext(
		t.Context(), program, "-n", "-l", (&Mailer{Host: "127.0.0.1", Port: port}).Address(),
		"--tlscert", filepath.Join(dir, "cert.pem"), "--tlskey", filepath.Join(dir, "key.pem"), "-c", "aiosmtpd.handlers.Mailbox", box,
	)
	var said strings.Builder
	command.Stderr = &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = command.Process.Kill(), command.Wait() })
	japanese, english := message(), message()
	english.Subject, english.Text, english.ID = `MDM push certificate "acme": expires tomorrow`, "text\n", "8"
	m := &Mailer{Host: "127.0.0.1", Port: port, TLS: STARTTLS, Roots: s.roots, Timeout: 10 * time.Second}
	for _, mail := range []Message{japanese, english} {
		for range 100 { // until it listens
			if err = m.Send(t.Context(), mail); err == nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, &said)
		}
	}
	m.Close()
	out, err := exec.CommandContext(t.Context(), python, "-c", readMailbox, box).Output()
	if err != nil {
		t.Fatal(err)
	}
	var mails []struct {
		Subject, To, Auto, ID, Text, HTML string
		Defects                           int
	}
	if err := json.Unmarshal(out, &mails); err != nil || len(mails) != 2 {
		t.Fatalf("%v: %s", err, out)
	}
	found := 0
	for _, got := range mails {
		for _, want := range []Message{japanese, english} {
			if got.Subject == want.Subject && got.Text == want.Text && strings.TrimRight(got.HTML, "\n") == want.HTML && got.Auto == "auto-generated" && got.Defects == 0 {
				found++
			}
		}
	}
	if found != 2 {
		t.Errorf("Python reads %s", out)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}
