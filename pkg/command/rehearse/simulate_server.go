package rehearse

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/apnsctl/apnsctl/pkg/cli"
	"github.com/apnsctl/apnsctl/pkg/disk"
	"github.com/apnsctl/apnsctl/pkg/msg"
	"github.com/apnsctl/apnsctl/pkg/page"
	"github.com/apnsctl/apnsctl/pkg/problem"
	"github.com/apnsctl/apnsctl/pkg/simulator"
	"github.com/apnsctl/apnsctl/pkg/simulator/server"
)

// ServerView is a stand-in for an MDM server, and what its file holds.
type ServerView struct {
	Kind string `json:"kind"`
	URL  string `json:"url"`
	// Credentials are references to files, by name.
	Credentials map[string]string `json:"credentials"`
	File        string            `json:"-"`
}

// standIn is a stand-in with the files that it wrote. The portal's side, which signs its requests,
// starts after it: so whoever waits for the ready file finds the stand-in's files.
type standIn struct {
	*server.Server

	view    ServerView
	made    []string
	again   string // the command that started it, for other places
	started chan struct{}
	portal  *simulator.Simulator
}

// startServer starts the stand-in that --server names; nil without that.
func (o *simulateOptions) startServer(ctx context.Context) (*standIn, error) {
	switch {
	case o.server == "":
		return nil, nil
	case !slices.Contains(server.Kinds(), o.server):
		return nil, problem.Say(problem.Usage, "choice", problem.Params{
			"flag": "--server", "value": o.server, "choices": strings.Join(server.Kinds(), ", "),
		})
	case o.dir == "" && o.readyFile == "":
		return nil, problem.Say(problem.Usage, "simulate-server", problem.Params{"kind": o.server})
	}
	if err := simulator.CheckDir(o.dir); err != nil { // or its files would be lost to another's stand-in
		return nil, o.notStarted(err)
	}
	s := &standIn{started: make(chan struct{}), again: o.again("dir", "ready-file")}
	var err error
	s.Server, err = server.Start(ctx, o.server, "", server.Options{Sign: s.sign, Secret: secretMark + rand.Text(), Now: o.Now, NewKey: o.NewKey})
	if err != nil {
		return nil, o.notStarted(err)
	}
	s.view = ServerView{Kind: o.server, URL: s.Base(), Credentials: map[string]string{}}
	if err := s.write(o.beside()); err != nil {
		return nil, errors.Join(err, s.end())
	}
	return s, nil
}

// sign waits for the portal, whose vendor signs the requests.
func (s *standIn) sign(csr []byte) ([]byte, error) {
	<-s.started
	return s.portal.SignRequest(csr)
}

// begin lets it sign.
func (s *standIn) begin(portal *simulator.Simulator) {
	if s != nil {
		s.portal = portal
		close(s.started)
	}
}

// secretMark begins every secret of a stand-in, so that its file is known for what it is.
const secretMark = "simulated-"

// beside is what the names of the stand-in's files begin with.
func (o *simulateOptions) beside() string {
	if o.dir != "" {
		return filepath.Join(o.dir, "server")
	}
	return strings.TrimSuffix(o.readyFile, filepath.Ext(o.readyFile)) + "-server"
}

// write writes each credential into a file of its own, for a reference to name, and then where the
// stand-in is.
func (s *standIn) write(stem string) error {
	stem, err := filepath.Abs(stem)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(stem), 0o700); err != nil {
		return disk.Unwritable(stem, err)
	}
	for name, value := range s.Credentials() {
		path := stem + "-" + name
		if err := s.writeOwn(path, []byte(value)); err != nil {
			return err
		}
		s.view.Credentials[name] = "file:" + path
	}
	text, err := json.MarshalIndent(s.view, "", "  ")
	if err != nil {
		return err
	}
	s.view.File = stem + ".json"
	return s.writeOwn(s.view.File, append(text, '\n'))
}

// writeOwn writes a file where nothing is, or what a stand-in wrote.
func (s *standIn) writeOwn(path string, data []byte) error {
	old, err := os.ReadFile(path)
	var was ServerView
	own := bytes.HasPrefix(old, []byte(secretMark)) || bytes.Equal(old, data) || json.Unmarshal(old, &was) == nil && was.Kind != "" && was.URL != ""
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return disk.Unwritable(path, err)
	case err == nil && !own:
		return problem.Say(problem.Usage, "simulate-foreign", problem.Params{"file": path, "command": s.again})
	}
	s.made = append(s.made, path)
	return disk.WrapUnwritable(path, os.WriteFile(path, data, 0o600))
}

// end stops it, and takes its files away.
func (s *standIn) end() error {
	if s == nil {
		return nil
	}
	s.Close()
	var failed error
	for _, path := range s.made {
		failed = errors.Join(failed, os.Remove(path))
	}
	return failed
}

// commands add it to a config file of its own, as a rehearsal has, and ask it what it uses.
func (s *standIn) commands(root string) []string {
	kind, config := s.view.Kind, " --config "+msg.Quote(freshConfig(strings.TrimSuffix(s.view.File, ".json")))
	words := []string{"apnsctl server add", kind, "--kind", kind, "--url", msg.Quote(s.view.URL)}
	for _, opens := range s.opens() {
		words = append(words, "--credential", msg.Quote(opens))
	}
	add := strings.Join(words, " ")
	return []string{
		"apnsctl init --no-passphrase --organization Rehearsal --trust-root " + msg.Quote(root) + config, add + config,
		"apnsctl server test " + kind + config,
	}
}

// freshConfig names a config file that is not there yet: an earlier rehearsal's outlives its
// simulator, and names an address that nobody listens at any more.
func freshConfig(stem string) string {
	path := stem + "-config.yaml"
	for n := 2; ; n++ {
		if _, err := os.Lstat(path); err != nil {
			return path
		}
		path = stem + "-config-" + strconv.Itoa(n) + ".yaml"
	}
}

// advise writes the commands, which nobody has to put together.
func (s *standIn) advise(p *cli.Page, commands []string) {
	if s != nil {
		p.Say("simulate.server", nil)
		p.Text("  " + strings.Join(commands, "\n  "))
	}
}

// opens are what opens it, as server add takes it.
func (s *standIn) opens() (all []string) {
	for name, reference := range s.view.Credentials {
		all = append(all, name+"="+reference)
	}
	slices.Sort(all)
	return all
}

// fields are where it is and what opens it, for a person.
func (s *standIn) fields() []page.Field {
	if s == nil {
		return nil
	}
	return []page.Field{{Label: "server", Value: s.view.Kind}, {Label: "address", Value: s.view.URL}, {Label: "credentials", Values: s.opens()}}
}
