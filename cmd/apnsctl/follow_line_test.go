package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// looking are the commands whose answer may be no: they look.
var looking = []string{"status", "verify", "inspect", "vendor show", "token show", "devices audit", "server show"}

// line does one line.
func (f *follower) line(line string, before []string) error {
	if ofShell(line) {
		return f.shell(line)
	}
	line, err := f.substituted(f.here(line))
	if err != nil {
		return err
	}
	args := words(line)
	if err := f.fill(args, before); err != nil {
		return err
	}
	what := verb(args)
	if slices.Contains(args, "--help") {
		what = "help"
	}
	switch what {
	case "delete":
		args = append(args, "--yes")
		if i := slices.Index(args, "--purge"); i >= 0 {
			args = append(args[:len(args)-1], "--confirm", flagOf(args, "-p"))
		}
	case "rollback":
		args = append(args, "--yes")
	case "config set":
		if len(args) == 3 { // asks at a terminal
			args = append(args, "-")
		}
	case "push":
		if flagOf(args, "--endpoint") == "" {
			return errors.New("a rehearsal that pushes to Apple")
		}
	}
	if what == "simulate" {
		return f.simulate(args)
	}
	doc, status, err := f.run(args...)
	if err != nil {
		return err
	}
	allowed := []int{0}
	if slices.Contains(looking, what) && (f.made["certificate"] == "" || !slices.Contains(args, f.made["certificate"])) {
		allowed = []int{0, 3, 4, 5}
	}
	if f.advice.given.script == "damaged_config" {
		allowed = append(allowed, 6) // says so, and how to mend it
	}
	if slices.Contains([]string{"problem.usage.profile-twin.hint", "problem.topic-mismatch.refused.hint", "output.many.keep-going"}, f.advice.Key) {
		allowed = []int{0, 3} // the gate has its say about the profile that was meant, about all but the topic, or about the files that it refuses
	}
	if f.advice.Key == "problem.output-exists.journal.hint" {
		allowed = []int{0, 7} // what the journal has as refused still counts
	}
	if status != 0 && foreign(doc) {
		return errOtherApple
	}
	if code, _ := doc["code"].(string); strings.HasPrefix(code, "server-") {
		return nil // what a server says, after all that a script did to it, is its own matter
	}
	if !slices.Contains(allowed, status) {
		return fmt.Errorf("exit status %d: %v", status, doc)
	}
	if status != 0 {
		return nil
	}
	switch what {
	case "csr":
		if topic := flagOf(args, "--expect-topic"); topic != "" {
			f.topic, f.topics[flagOf(args, "-p")] = topic, topic // is what is promised from here on
		}
		return f.requested(doc)
	case "vendor csr":
		if doc["path"] == nil {
			return nil // to standard output
		}
		return f.issueVendor(f.path(fmt.Sprint(doc["path"])))
	case "import":
		return f.imported(args, doc)
	case "portal":
		if slices.Contains(args, "--due") { // the cards of several, each of which is followed on its own
			return nil
		}
		return f.portal(configFlags(args))
	}
	return nil
}

// configFlags are the flags of a line that say which profile of which config file.
func configFlags(args []string) (flags []string) {
	for _, name := range []string{"-p", "--config"} {
		if value := flagOf(args, name); value != "" {
			flags = append(flags, name, value)
		}
	}
	return flags
}

// requested keeps the request that was made; an unsigned one is signed by an outside vendor.
func (f *follower) requested(doc map[string]any) error {
	if doc["via"] != nil || doc["path"] == nil {
		return nil // by mail, or to standard output
	}
	path := f.path(fmt.Sprint(doc["path"]))
	if doc["signed"] == true {
		f.made["request"] = path
		return nil
	}
	f.made["csr"] = path
	vendor := []string{"--config", f.path("outside.yaml")}
	if _, err := os.Stat(vendor[1]); err != nil {
		if err := f.must(append([]string{"init", "--no-passphrase", "--organization", "Outside", "--trust-root", f.sim.RootFile()}, vendor...)...); err != nil {
			return err
		}
		if err := f.must(append([]string{"vendor", "csr", "--out", f.path("outside.csr")}, vendor...)...); err != nil {
			return err
		}
		if err := f.issueVendor(f.path("outside.csr")); err != nil {
			return err
		}
		if err := f.must(append([]string{"vendor", "import", f.made["vendor"]}, vendor...)...); err != nil {
			return err
		}
	}
	f.made["request"] = f.path("signed.plist")
	return f.must(append([]string{"vendor", "sign", path, "--out", f.made["request"], "--force"}, vendor...)...)
}

// must runs a command that belongs to the world around, not to the advice.
func (f *follower) must(args ...string) error {
	doc, status, err := f.run(args...)
	if err == nil && status != 0 {
		err = fmt.Errorf("%v: exit status %d: %v", args, status, doc)
	}
	return err
}

// issueVendor has Apple issue a vendor certificate.
func (f *follower) issueVendor(csr string) error {
	f.made["vendor"] = f.path("mdm.cer")
	return f.post("/vendor-certificates", csr, f.made["vendor"])
}

func (f *follower) post(path, body, answer string) error {
	data, err := os.ReadFile(body)
	if err != nil {
		return err
	}
	status, data, err := call("POST", f.sim.PortalURL()+path, data)
	if err != nil || status != 201 {
		return fmt.Errorf("portal %s: status %d, %w: %s", path, status, err, data)
	}
	return os.WriteFile(answer, data, 0o600)
}

// imported holds an import to what was promised: the topic that was known stays, unless
// another one was typed in full.
func (f *follower) imported(args []string, doc map[string]any) error {
	accepted := slices.Contains(args, "--accept-new-topic") || slices.Contains(args, "--first") || slices.Contains(args, fmt.Sprint(doc["topic"]))
	topic := f.topic
	if own, ok := f.topics[fmt.Sprint(doc["profile"])]; ok {
		topic = own
	}
	if topic != "" && !accepted && doc["topic"] != topic {
		return fmt.Errorf("topic %v, but the profile knew %s", doc["topic"], topic)
	}
	f.end = f.end || slices.Contains(args, f.made["certificate"])
	return nil
}

// portalCard is the card as a script reads it.
type portalCard struct{ Press, UID string }

func (f *follower) card(flags []string) (c portalCard, err error) {
	doc, status, err := f.run(append([]string{"portal"}, flags...)...)
	if err != nil || status != 0 {
		return c, fmt.Errorf("exit status %d, %w: %v", status, err, doc)
	}
	c.Press, _ = doc["press"].(string)
	c.UID, _ = doc["uid"].(string)
	return c, nil
}

// errOtherApple tells that a row stands at a portal that does not run here: the sample
// files have authorities of their own.
var errOtherApple = errors.New("the row is at another portal")

// foreign tells whether a certificate was refused here because another simulator issued it.
func foreign(doc map[string]any) bool {
	text := fmt.Sprint(doc)
	return doc["code"] == "issuer-not-apple" || strings.Contains(text, "BadCertificate")
}

// portal presses what the card says, if a request is there to be uploaded.
func (f *follower) portal(flags []string) error {
	card, err := f.card(flags)
	if err != nil {
		return err
	}
	if f.made["request"] == "" {
		if err := f.again(flags); err != nil {
			return err
		}
	}
	f.made["certificate"] = f.path("MDM_ Outside_Certificate.pem")
	switch card.Press {
	case "create":
		return f.post("/certificates", f.made["request"], f.made["certificate"])
	case "renew":
		serial, err := f.row(card.UID)
		if err != nil {
			return err
		}
		if err := f.post("/certificates/"+serial+"/renew", f.made["request"], f.made["certificate"]); err != nil {
			return err
		}
	default:
		delete(f.made, "certificate") // the card asks: it is followed on its own
		return nil
	}
	// What the card itself says to do with the file.
	for _, line := range []string{"verify FILE", "import FILE"} {
		if err := f.line(line+" "+strings.Join(flags, " "), []string{"portal"}); err != nil {
			return err
		}
	}
	return nil
}

// again writes the request that is open once more: the text began after it was made.
func (f *follower) again(flags []string) error {
	for _, way := range [][]string{nil, {"--unsigned"}} {
		doc, status, err := f.run(slices.Concat([]string{"csr", "--out", f.path("again")}, way, flags)...)
		if err != nil {
			return err
		}
		if status == 0 {
			return f.requested(doc)
		}
	}
	return errUnknown
}

// row is the serial number of a topic's row.
func (f *follower) row(topic string) (serial string, err error) {
	_, data, err := call("GET", f.sim.PortalURL()+"/certificates", nil)
	if err != nil {
		return "", err
	}
	var list struct {
		Certificates []struct{ Serial, Topic, Status string }
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return "", err
	}
	for _, row := range list.Certificates {
		if row.Topic == topic && row.Status != "revoked" {
			serial = row.Serial
		}
	}
	if serial == "" {
		return "", errOtherApple
	}
	return serial, nil
}
