package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/apnsctl/apnsctl/pkg/simulator"
)

// scriptState is what the commands of one script share.
type scriptState struct {
	now         atomic.Pointer[time.Time]
	sim         *simulator.Simulator
	apple       string // folder of this script's simulator
	transcripts string // what the script's commands printed
	taken       string // which keys it has, see ready
	keyFiles    map[string]bool
	counsel     *counsel
	schemas     *schemas
	said        *saidFlags
}

type stateKey struct{}

func stateOf(ts *testscript.TestScript) *scriptState { return ts.Value(stateKey{}).(*scriptState) }

// simulate starts and stops the portal that issued the fixtures' certificates, with the
// script's clock. Every script has a copy of it, so that none sees another's rows.
func (w *world) simulate(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 1 && (args[0] == "start" || args[0] == "stop"), "sim start|stop")
	s := stateOf(ts)
	if args[0] == "stop" {
		ts.Check(s.stop())
		return
	}
	if _, err := os.Stat(s.apple); err != nil {
		ts.Check(os.CopyFS(s.apple, os.DirFS(w.apple())))
	}
	var err error
	s.sim, err = simulator.Start(w.ctx, simulator.Options{Dir: s.apple, OwnRevocations: true, Now: func() time.Time { return *s.now.Load() }, NewKey: ready(readyKeys(), s.taken)})
	ts.Check(err)
	ts.Setenv("PORTAL", s.sim.PortalURL())
	ts.Setenv("APNS", s.sim.APNsURL())
	ts.Setenv("ROOT_FILE", s.sim.RootFile())
	ts.Setenv("APNS_CA", s.sim.APNsCAFile())
}

func (s *scriptState) stop() error {
	if s.sim == nil {
		return nil
	}
	defer func() { s.sim = nil }()
	return s.sim.Close()
}

// callPortal calls the simulator as a script of an administrator would, and requires this
// status. The answer goes to standard output, or to a file.
func callPortal(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 3 && len(args) <= 5, "portal STATUS METHOD PATH [BODY-FILE|-] [ANSWER-FILE]")
	var body []byte
	if len(args) > 3 && args[3] != "-" {
		body = []byte(ts.ReadFile(args[3]))
	}
	status, answer, err := call(args[1], ts.Getenv("PORTAL")+args[2], body)
	ts.Check(err)
	if want := args[0]; strconv.Itoa(status) != want {
		ts.Fatalf("%s %s: status %d, want %s: %s", args[1], args[2], status, want, answer)
	}
	if len(args) == 5 {
		ts.Check(os.WriteFile(ts.MkAbs(args[4]), answer, 0o600))
		return
	}
	_, err = ts.Stdout().Write(answer)
	ts.Check(err)
}

func call(method, url string, body []byte) (status int, answer []byte, err error) {
	request, err := http.NewRequest(method, url, bytes.NewReader(body)) //nolint:noctx // bounded by the client
	if err != nil {
		return 0, nil, err
	}
	client := http.Client{Timeout: time.Minute}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// fixture copies a ready-made config file and the files around it, so that scripts need
// not make keys first. A second one goes over the first.
func (w *world) fixture(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 1, "fixture NAME")
	entries, err := os.ReadDir(w.path(args[0]))
	ts.Check(err)
	for _, entry := range entries {
		data, err := os.ReadFile(w.path(args[0] + "/" + entry.Name()))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(entry.Name()), data, 0o600))
		if strings.HasSuffix(entry.Name(), ".key") {
			holdsKey(ts, false, []string{entry.Name()})
		}
	}
}
